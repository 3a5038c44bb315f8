"""From what a user calls a model to an `Annotator`, and from a pickled one to the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from jmt.annotate.annotator import Annotator
from jmt.annotate.asked import check_budget, check_place, check_threads
from jmt.annotate.task_choice import listed_tasks
from jmt.cascade.prediction import BATCH_TOKENS
from jmt.engines import load_model
from jmt.errors import CheckpointError
from jmt.safety.forking import ForkLock


@dataclass(frozen=True, slots=True)
class Origin:
    """What an annotator was loaded from and how: all that a pickle, or a worker elsewhere, gets of it."""

    model: str
    revision: str
    device: str
    tasks: tuple[str, ...] | None
    precision: str
    batch_tokens: int
    segmenter: str
    corpus: str
    engine: str
    threads: int


_loaded: WeakValueDictionary[Origin, Annotator] = WeakValueDictionary()
_latest: list[Annotator] = []
"""The last one that was loaded from a pickle: a pool sends it with every piece of work, and it is loaded once."""
_loading = ForkLock()


def load(
    model: str | Path,
    *,
    device: str = "auto",
    tasks: Sequence[str] | None = None,
    precision: str = "float32",
    batch_tokens: int = BATCH_TOKENS,
    segmenter: str = "auto",
    corpus: str = "",
    engine: str = "auto",
    threads: int = 0,
) -> Annotator:
    """Load a model and get it ready to annotate.

    `model` is a checkpoint folder, a run folder (its `best/` is meant), the name of an installed model such as
    `en_jmt_md`, or a hub id such as `owner/name` or `owner/name@revision`.  `device` is `auto` (a GPU where there is
    one), `cpu` or `cuda`; `tasks` limits what is run by default.  `precision` is `float32` or `bfloat16` (faster on a
    GPU, labels may differ); `batch_tokens` bounds the padded tokens that are computed at once.  `segmenter` is what
    splits raw text: `learned` (what the model learned), `rules` (spaCy's for its language), or `auto`: learned, where
    the model did learn it.  `corpus` names one by whose conventions to annotate, where the model tells its corpora
    apart (`encoder.corpus_vectors`); left empty, by those of the corpora that have no vector.  `engine` is what
    computes: `runtime` (on a CPU, without importing torch), `torch`, or `auto`: the runtime, unless a GPU, bfloat16 or
    a part of the model asks for torch.  `threads` is how many cores one matrix product may use, in the whole process
    (0: what the library likes, mostly all).  Where other work runs beside it, 1 is faster by far.

    Raises:
        CheckpointError: there is no such model, or it is truncated, foreign or hostile.
        InputError: an unknown device, precision, task, segmenter, corpus or engine, a number of threads below 0, or an
            engine that cannot do what is asked.
    """
    from jmt.cascade.checkpoint import find_checkpoint, model_hash

    check_place(model)
    check_threads(threads)
    check_budget(batch_tokens)
    if tasks is not None:
        tasks = listed_tasks(tasks)
    folder = find_checkpoint(model)
    loaded = load_model(folder, device=device, precision=precision, engine=engine, segmenter=segmenter)
    named = folder.parent if folder.name in ("best", "last") else folder
    revision = f"sha256:{model_hash(folder)}"
    origin = Origin(
        _place_of(model), revision, device, tasks, precision, batch_tokens, segmenter, corpus, engine, threads
    )
    if threads:
        loaded.engine.limit_threads(threads)
    annotator = Annotator(
        loaded.engine.of_corpus(corpus) if corpus else loaded.engine,
        loaded.segmenter,
        tasks=tasks,
        name=named.resolve().name,
        revision=revision,
        batch_tokens=batch_tokens,
        recipe=(load_again, (origin,)),
    )
    _loaded[origin] = annotator
    return annotator


def origin_of(annotator: Annotator) -> Origin:
    """Return what an annotator was loaded from and how; raises InputError where it was made in memory."""
    _, (origin,) = annotator.__reduce__()
    assert isinstance(origin, Origin)
    return origin


def load_again(origin: Origin) -> Annotator:
    """Return the annotator of an origin: one that this process has already, or else loaded from its place.

    Raises CheckpointError where the place holds no model any more, or another one.
    """
    from jmt.cascade.checkpoint import model_hash

    with _loading:
        annotator = _loaded.get(origin)
        if annotator is None:
            found = f"sha256:{model_hash(origin.model)}"
            if found != origin.revision:
                raise CheckpointError(
                    f"{origin.model}: what is to be done was begun with the model {origin.revision}, and this is "
                    f"{found}: put the same model here, or begin anew"
                )
            annotator = load(
                origin.model,
                device=origin.device,
                tasks=origin.tasks,
                precision=origin.precision,
                batch_tokens=origin.batch_tokens,
                segmenter=origin.segmenter,
                corpus=origin.corpus,
                engine=origin.engine,
                threads=origin.threads,
            )
        _latest[:] = [annotator]
        return annotator


def _place_of(model: str | Path) -> str:
    """Name a folder by its whole path, and leave names of installed models and of the hub as they are."""
    path = Path(model)
    return str(path.resolve()) if isinstance(model, Path) or path.exists() else model
