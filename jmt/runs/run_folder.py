"""A run on disk: RUN/{config.toml, log.jsonl, metrics.json, best/, last/}; what was begun can be gone on with.

`last/` is a complete checkpoint with the state of training in its folder `training/`, so that both are replaced in one
move and never disagree.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from jmt.errors import CheckpointError
from jmt.files.atomic import recover_folder, replace_folder
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.safety.foreign import foreign_code
from jmt.training.events import EpochDone, Event, Stopped
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer

_STATE = "training"


class RunFolder:
    """Keeps the checkpoints of one run; `hear` is told every event."""

    def __init__(self, path: Path, *, checkpoint_seconds: float, card: Mapping[str, Any]) -> None:
        self.path = path
        self.checkpoint_seconds = checkpoint_seconds
        self.card = dict(card)
        self._saved = time.monotonic()

    @property
    def best(self) -> Path:
        """The checkpoint of the best epoch."""
        return self.path / "best"

    @property
    def last(self) -> Path:
        """The newest checkpoint, with the state of training."""
        return self.path / "last"

    def hear(self, event: Event, trainer: Trainer) -> None:
        """Save at the end of every epoch, at the end of training, and when the last save is long ago."""
        if isinstance(event, EpochDone):
            if event.is_best:  # before `last`: a kill in between repeats the evaluation and this save
                card = {**self.card, "epoch": event.epoch, "dev": event.metrics}
                checkpoint.save(trainer.model, self.best, card=card)
            self.save_last(trainer)
        elif isinstance(event, Stopped) or time.monotonic() - self._saved >= self.checkpoint_seconds:
            self.save_last(trainer)

    def save_last(self, trainer: Trainer) -> None:
        """Replace `last/` by the model as it is now and all that training needs to go on."""

        def write(folder: Path) -> None:
            checkpoint.write_files(trainer.model, folder, card={**self.card, "epoch": trainer.progress.epoch})
            values, tensors = capture(trainer)
            (folder / _STATE).mkdir()
            (folder / _STATE / "state.json").write_text(json.dumps(values), encoding="utf-8")
            save_file(tensors, folder / _STATE / "tensors.safetensors")

        replace_folder(self.last, write)
        self._saved = time.monotonic()


def load_last(run: Path) -> JointModel | None:
    """Return the model of a run's newest checkpoint, None where it was stopped before the first one."""
    recover_folder(run / "best")
    recover_folder(run / "last")
    if not (run / "last").exists():
        return None
    return checkpoint.load(run / "last")


def resume(run: Path, trainer: Trainer) -> None:
    """Bring a trainer, built around `load_last`'s model, to where the run's newest checkpoint stands.

    Raises:
        CheckpointError: the state of training is not there.
    """
    state = run / "last" / _STATE
    with foreign_code(f"{state}: no readable state of training, this run cannot be resumed", CheckpointError):
        values = json.loads((state / "state.json").read_text(encoding="utf-8"))
        tensors = load_file(state / "tensors.safetensors")
    restore(trainer, values, tensors)
