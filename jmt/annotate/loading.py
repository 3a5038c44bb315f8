"""From what a user calls a model to an `Annotator`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.annotate.annotator import Annotator
from jmt.computing import choose_precision
from jmt.devices import choose_device
from jmt.prediction import BATCH_TOKENS
from jmt.segmentation import Segmenter


def load(
    model: str | Path,
    *,
    device: str = "auto",
    tasks: Sequence[str] | None = None,
    precision: str = "float32",
    batch_tokens: int = BATCH_TOKENS,
) -> Annotator:
    """Load a model and get it ready to annotate.

    `model` is a checkpoint folder, a run folder (its `best/` is meant), the name of an installed model such as
    `en_jmt_md`, or a hub id such as `owner/name` or `owner/name@revision`.  `device` is `auto` (a GPU where there is
    one), `cpu` or `cuda`; `tasks` limits what is run by default.  `precision` is `float32` or `bfloat16` (faster on a
    GPU, labels may differ); `batch_tokens` bounds the padded tokens that are computed at once.

    Raises:
        CheckpointError: there is no such model, or it is truncated, foreign or hostile.
        InputError: an unknown device, precision or task.
    """
    from jmt import checkpoint

    folder = checkpoint.find(model)
    loaded = checkpoint.load(folder, device=choose_device(device))
    named = folder.parent if folder.name in ("best", "last") else folder
    return Annotator(
        loaded,
        Segmenter(loaded.config.language),
        tasks=tasks,
        name=named.resolve().name,
        revision=f"sha256:{checkpoint.model_hash(folder)}",
        precision=choose_precision(precision),
        batch_tokens=batch_tokens,
    )
