"""From a checkpoint to a model for others: a smaller folder with a card, a licence and a notice, and a wheel of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import jmt
from jmt.cascade.cascade import Cascade
from jmt.cascade.checkpoint import find_checkpoint, model_hash, opened, read_card
from jmt.cascade.encoder_config import TransformerConfig
from jmt.data.unions.names import names_in
from jmt.errors import InputError, JmtError
from jmt.files.atomic import replace_folder
from jmt.files.quantise import Storage, pack
from jmt.files.strict_json import Bounds, read_object
from jmt.files.targets import check_replaceable
from jmt.integrations.known_encoders import find_encoder, public_name
from jmt.integrations.licensing import licence_text, notice_text, weights_licence
from jmt.integrations.model_card import write_card
from jmt.integrations.pruning import prune
from jmt.integrations.wheel import build_wheel
from jmt.models.places import NAME
from jmt.network import checkpoint
from jmt.network.grafting import with_segmenter_of
from jmt.network.model import JointModel
from jmt.runtime.engine import missing_part

_FIGURES = Bounds(2**24, 1_000_000, 500_000)
"""Of a metrics.json, the user's own."""

_CARRIED = (
    *("seed", "corpora", "own_corpora", "licences", "releases", "started_from", "distilled_from", "vectors"),
    *("averaged", "limits"),
)
"""Keys of a checkpoint's card that a packaged model keeps."""


@dataclass(frozen=True, slots=True)
class Request:
    """How a model is to be packaged."""

    name: str
    storage: Storage = "int8"
    release: str = jmt.__version__
    licence: str | None = None
    """SPDX; None: what the corpora ask for."""
    command: str | None = None
    """The command that trains it again."""
    metrics: Sequence[Path] = ()
    """Files that `jmt evaluate --output` wrote: figures for the card."""
    word_minimum: int = 1
    """Occurrences in training below which a word is dropped."""
    ngram_minimum: int = 1
    """Distinct training forms below which an n-gram is dropped."""
    card: Path | None = None
    """A card to take instead of the generated one."""
    limits: Sequence[str] = ()
    """What the model is bad at, for the card, a sentence each; none: what was said when it was packaged before."""
    segmenter: str | None = None
    """A model whose segmenter is put in; None: the model's own, where it has one."""


def package_model(model: str | Path, request: Request, output: Path) -> Path:
    """Write the folder `output/NAME` and return it.

    Raises:
        InputError: a bad name, a metrics file of another form, a place that holds something else, a licence that
            cannot be told.
        CheckpointError: no such model.
    """
    if not NAME.fullmatch(request.name):
        raise InputError(
            f"`{request.name}` cannot be the name of a model: small letters, digits and `_`, a letter first"
        )
    target = output / request.name
    check_replaceable(target, kind="model", part="config.json")
    place = find_checkpoint(model)
    trained = prune(checkpoint.load(place), word_minimum=request.word_minimum, ngram_minimum=request.ngram_minimum)
    before = read_card(place)
    if request.segmenter is not None:
        donor = find_checkpoint(request.segmenter)
        trained = with_segmenter_of(trained, checkpoint.load(donor))
        name = trained.config.segmenter.name if trained.config.segmenter else ""
        before = _joined_cards(before, read_card(donor), name)
    loaded = _with_public_name(trained)
    facts = card_of(loaded, place, before, request)
    encoder = _encoder_of(loaded)
    texts = {
        "README.md": request.card.read_text(encoding="utf-8") if request.card else write_card(facts),
        "LICENSE": licence_text(request.name, facts["licence"], facts["licences"], encoder),
        "NOTICE": notice_text(request.name, facts["licences"], facts["releases"], encoder),
    }

    def write(fresh: Path) -> None:
        checkpoint.write_files(loaded, fresh, card=facts, storage=request.storage)
        for name, text in texts.items():
            (fresh / name).write_text(text, encoding="utf-8")

    replace_folder(target, write)
    return target


def package_wheel(folder: Path, request: Request, output: Path) -> Path:
    """Write the wheel of a packaged folder into `output` and return it."""
    licence = str(read_card(folder)["licence"])
    with opened(folder) as stored:
        requires = f"jmt{_extras_for(stored.cascade)}>={jmt.__version__}"
    return build_wheel(
        folder, name=request.name, release=request.release, licence=licence, requires=requires, output=output
    )


def _extras_for(cascade: Cascade) -> str:
    """Name the extras without which a model could not do all that it can: torch's, and spaCy's to split raw text."""
    extras = [*(["train"] if missing_part(cascade) else []), *([] if cascade.segmenter else ["spacy"])]
    return f"[{','.join(extras)}]" if extras else ""


def _with_public_name(model: JointModel) -> JointModel:
    """Let the configuration say which encoder it was, not where that lay on the machine that trained it."""
    encoder = model.config.encoder
    if isinstance(encoder, TransformerConfig):
        named = encoder.model_copy(update={"pretrained": public_name(encoder.pretrained)})
        model.config = model.config.model_copy(update={"encoder": named})
    return model


def _encoder_of(model: JointModel) -> tuple[str, str] | None:
    """Return the hub id and licence of the pretrained encoder in a model."""
    encoder = model.config.encoder
    if not isinstance(encoder, TransformerConfig):
        return None
    known = find_encoder(encoder.pretrained)
    return (known.hub_id, known.licence) if known else (encoder.pretrained, "a licence of its own")


def _joined_cards(card: Mapping[str, Any], donor: Mapping[str, Any], segmenter: str) -> dict[str, Any]:
    """Return a card that names the corpora of the segmenter's training, too: of its donor's tasks that one alone."""
    named = donor.get("corpora", {}).get(segmenter)
    joined = {**card, "corpora": {**card.get("corpora", {}), **({segmenter: named} if named else {})}}
    own = names_in(named, donor.get("own_corpora", {})) if named else []
    for key in ("licences", "releases"):
        theirs = donor.get(key, {})
        joined[key] = {**card.get(key, {}), **{name: theirs[name] for name in own if name in theirs}}
    return joined


def _of_nobody(corpus: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a corpus, without the places of the machine that trained on it: names alone are left."""
    told = dict(corpus)
    is_treebank = not any(told.get(key) for key in ("train", "dev", "test", "hub"))
    if not is_treebank and PurePath(str(told.get("folder") or "")).is_absolute():
        del told["folder"]  # where relative paths began
    for key in ("folder", "train", "dev", "test"):
        if isinstance(told.get(key), str) and PurePath(told[key]).is_absolute():
            told[key] = PurePath(told[key]).name
    return told


def card_of(model: JointModel, place: Path, before: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """Return card.json of the packaged model: all that the card, `jmt info` and a later packaging need.

    `before` is the card of the checkpoint in `place`.
    """
    kept = {key: before[key] for key in _CARRIED if key in before}
    if isinstance(kept.get("distilled_from"), dict) and "pretrained" in kept["distilled_from"]:
        teacher = kept["distilled_from"]
        kept["distilled_from"] = {**teacher, "pretrained": public_name(str(teacher["pretrained"]))}
    if "own_corpora" in kept:
        kept["own_corpora"] = {name: _of_nobody(spec) for name, spec in kept["own_corpora"].items()}
    licences = dict(before.get("licences", {}))
    weights = pack(checkpoint.weights_of(model), request.storage).values()
    return {
        "name": request.name,
        "release": request.release,
        "licence": request.licence or before.get("licence") or weights_licence(licences),
        **{"corpora": {}, "licences": licences, "releases": {}, **kept},
        "language": model.config.language,
        "encoder": model.config.encoder.kind,
        "tasks": {name: {"kind": task.kind, "level": task.level} for name, task in model.config.named_tasks.items()},
        "calibrated": list(model.temperatures),
        "parameters": sum(math.prod(parameter.shape) for parameter in model.parameters()),
        "storage": request.storage,
        "megabytes": round(sum(array.nbytes for array in weights) / 1e6, 1),
        "encoder_seen": encoder_seen(model, before),
        "command": request.command or before.get("command") or "",
        "trained_sha256": before.get("trained_sha256") or model_hash(place),
        "figures": _figures_of(place, before, request.metrics),
        **({"limits": list(request.limits)} if request.limits else {}),
    }


def encoder_seen(model: JointModel, before: Mapping[str, Any]) -> str:
    """Return what the encoder had seen before it met our corpora."""
    if "encoder_seen" in before:
        return str(before["encoder_seen"])
    encoder = model.config.encoder
    if not isinstance(encoder, TransformerConfig):
        return (_taught_text(before.get("distilled_from")) or "Nothing: it began at random.") + _vectors_text(before)
    known = find_encoder(encoder.pretrained)
    return known.seen if known else f"It began from {encoder.pretrained}; see the card of that model."


def _taught_text(teacher: Any) -> str:
    """Return what a student has seen at second hand, from its card's `distilled_from`; nothing without a teacher."""
    if not isinstance(teacher, dict):
        return ""
    known = find_encoder(str(teacher.get("pretrained", "")))
    text = f"It began at random, but was taught by the predictions of {teacher.get('name')}"
    return f"{text}, whose encoder had seen much.  {known.seen}" if known else f"{text}."


def _vectors_text(before: Mapping[str, Any]) -> str:
    """Return which vectors the tables of words and n-grams started from."""
    names = [str(name) for name in before.get("vectors") or []]
    return f"  Its tables of words and n-grams started from vectors: {', '.join(names)}." if names else ""


def _figures_of(
    place: Path, before: Mapping[str, Any], files: Sequence[Path]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the figures of a model by condition, such as `dev, gold tokens`: from its card, and newer ones from files
    or its run."""
    run = place.parent / "metrics.json"
    chosen = list(files) or ([run] if place.name in ("best", "last") and run.is_file() else [])
    figures = {**before.get("figures", {}), **dict(_read_figures(path) for path in chosen)}
    if figures:
        return figures
    dev = before.get("dev")
    return {"dev, gold tokens": _scores_of(dev)} if isinstance(dev, dict) else {}


def _read_figures(path: Path) -> tuple[str, dict[str, dict[str, float]]]:
    """Return the condition and the scores of one metrics.json; raises InputError for anything else."""
    try:
        content = read_object(path, _FIGURES)
        run = content.pop("run")
        return f"{run['split']}, {'raw text' if run['tokens'] == 'own' else 'gold tokens'}", _scores_of(content)
    except (KeyError, TypeError, ValueError, JmtError) as error:
        raise InputError(f"{path}: not a metrics.json that `jmt evaluate --output` wrote") from error


def _scores_of(content: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Keep the numbers of every task; of one that has several corpora also those on each of them."""
    kept: dict[str, dict[str, float]] = {}
    for task, scores in content.items():
        if isinstance(scores, dict):
            parts = scores.get("corpora")
            every = {task: scores, **{f"{task} on {name}": part for name, part in dict(parts or {}).items()}}
            for name, found in every.items():
                kept[name] = {score: value for score, value in dict(found).items() if _is_number(value)}
    return kept


def _is_number(value: Any) -> bool:
    """Tell whether this is a number that JSON can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
