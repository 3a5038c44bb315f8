"""A network from a checkpoint, and to one: `jmt.cascade.checkpoint` knows the files, this the torch in between."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from jmt.cascade.checkpoint import opened, write_checkpoint
from jmt.files.atomic import replace_folder
from jmt.files.guards.weights_header import Entry
from jmt.files.quantise import Array, Storage
from jmt.network.allocation import Allowance
from jmt.network.model import JointModel

GENEROSITY, SMALL_CHANGE = 16, 2**22
"""Numbers that building a network may take: so many times those stored (layers above the highest tap are dropped), and
some more."""


def save(
    model: JointModel, folder: str | Path, *, card: Mapping[str, Any] | None = None, storage: Storage = "float32"
) -> None:
    """Write a checkpoint, replacing what stood there only when all of it is on the disk."""
    replace_folder(Path(folder), lambda fresh: write_files(model, fresh, card=card, storage=storage))


def write_files(
    model: JointModel, folder: Path, *, card: Mapping[str, Any] | None = None, storage: Storage = "float32"
) -> None:
    """Write the files of a checkpoint into an existing folder; `card` says where the model comes from."""
    write_checkpoint(folder, model.cascade, weights_of(model), card=card, storage=storage)


def weights_of(model: JointModel) -> dict[str, Array]:
    """Return the weights as arrays by name, which change with the network while it is on the CPU."""
    return {name: weight.detach().cpu().numpy() for name, weight in model.state_dict().items()}


def load(folder: str | Path, *, device: str | torch.device = "cpu") -> JointModel:
    """Read a checkpoint, or the best one of a run folder, ready to predict.

    Raises:
        CheckpointError: nothing there, a foreign or truncated checkpoint, or a newer format.
    """
    with opened(folder) as stored:
        with Allowance(GENEROSITY * stored.numbers + SMALL_CHANGE):
            cascade = stored.cascade
            model = JointModel(cascade.config, cascade.lexicon, cascade.labels, cascade.pretrained)
            model.temperatures = cascade.temperatures
        expected = {name: _entry_of(parameter) for name, parameter in model.state_dict().items()}
        weights = stored.read_weights(expected)
        model.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
    return model.to(device).eval()


def _entry_of(parameter: torch.Tensor) -> Entry:
    """Describe a parameter as the header of a file of weights does."""
    return Entry("F32" if parameter.is_floating_point() else "I64", tuple(parameter.shape))
