"""A checkpoint to the engine that computes it: the runtime, without torch, or torch."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from jmt.cascade.cascade import Cascade
from jmt.cascade.checkpoint import SEGMENTER_PREFIX, opened
from jmt.cascade.prediction import Engine
from jmt.cascade.shapes import expected_weights
from jmt.cascade.splitting import choose_segmenter, trained_segmenter
from jmt.errors import InputError
from jmt.files.quantise import Array
from jmt.network.devices import ENGINES, choose_device, choose_precision
from jmt.runtime.engine import RuntimeEngine, missing_part
from jmt.safety.extras import needed_for
from jmt.segmentation.segmenter import Segmenter

_GPU_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What lies there where a GPU's driver runs: of NVIDIA, of AMD, and of either under Windows."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A trained cascade ready to predict."""

    engine: Engine
    segmenter: Segmenter
    """What splits raw text for it."""


def load_model(
    folder: str | Path,
    *,
    device: str = "auto",
    precision: str = "float32",
    engine: str = "auto",
    segmenter: str = "auto",
) -> TrainedModel:
    """Read a checkpoint, or the best one of a run folder, for the engine that is asked for.

    `device` and `precision` are as in `jmt.load`; one that only torch has makes `auto` mean torch.

    Raises:
        CheckpointError: nothing there, a foreign or truncated checkpoint, or a newer format.
        InputError: an unknown device, precision, engine or segmenter, or an engine that cannot do what is asked for.
        MissingLibraryError: torch is asked for, or has to compute, and is not installed.
    """
    if engine not in ENGINES:
        raise InputError(f"engine `{engine}` is unknown; choose {', '.join(ENGINES)}")
    reason = _why_torch(device, precision)
    if engine == "torch" or (engine == "auto" and reason):
        with needed_for("engine `torch`" if engine == "torch" else str(reason)):
            return _load_torch(folder, device, precision, segmenter)
    if reason is None:
        with opened(folder) as stored:
            cascade, reason = stored.cascade, missing_part(stored.cascade)
            if reason is None:
                weights = stored.read_weights(expected_weights(cascade))
                built = RuntimeEngine(cascade, weights)
        if reason is None:
            return TrainedModel(built, _segmenter_of(cascade, weights, segmenter))
    if engine == "runtime":
        raise InputError(f"engine `runtime`: it has no part for {reason}; choose auto or torch")
    logging.getLogger("jmt").info(f"{folder}: torch computes, since the runtime has no part for {reason}")
    with needed_for(f"{folder}: computing {reason}"):
        return _load_torch(folder, device, precision, segmenter)


def load_segmenter(folder: str | Path, choice: str = "auto") -> Segmenter:
    """Read what splits raw text for a model, and none of its other weights.

    Raises CheckpointError and InputError as `load_model` does.
    """
    with opened(folder) as stored:
        expected = expected_weights(stored.cascade)
        own = {name: weight for name, weight in expected.items() if name.startswith(SEGMENTER_PREFIX)}
        weights = stored.of_segmenter.read_weights(own)
    return _segmenter_of(stored.cascade, weights, choice)


def _why_torch(device: str, precision: str) -> str | None:
    """Say what is asked for that only torch has; a GPU is looked for only where a driver and torch are there."""
    if choose_precision(precision) != "float32":
        return f"{precision}"
    if device == "auto" and not (any(Path(place).exists() for place in _GPU_DRIVERS) and find_spec("torch")):
        return None
    return None if choose_device(device) == "cpu" else f"the device `{device}`"


def _segmenter_of(cascade: Cascade, weights: Mapping[str, Array], choice: str) -> Segmenter:
    """Return what splits raw text, from the weights of a whole cascade."""
    config, language = cascade.config.segmenter, cascade.config.language
    if config is None:
        return choose_segmenter(None, language, choice)
    labels = cascade.labels[config.name].labels
    own = {name: weight for name, weight in weights.items() if name.startswith(SEGMENTER_PREFIX)}
    return choose_segmenter(partial(trained_segmenter, config, labels, own), language, choice)


def _load_torch(folder: str | Path, device: str, precision: str, segmenter: str) -> TrainedModel:
    """Read a checkpoint for torch, which is imported here."""
    from jmt.network import checkpoint
    from jmt.network.engine import TorchEngine

    model = checkpoint.load(folder, device=choose_device(device))
    engine = TorchEngine(model, precision=choose_precision(precision))
    trained = model.segmenter.trained if model.segmenter else None
    return TrainedModel(engine, choose_segmenter(trained, model.config.language, segmenter))
