"""How the losses of a step become gradients: the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from torch import Tensor

from jmt.training.diagnosis import Diagnosis

Again = Callable[[], Mapping[str, float]]
"""Computes the losses of the step's batches anew, with the same dropout."""


class Gradients(Protocol):
    """Turns losses into `.grad`, part by part; parameters that no loss reaches keep None."""

    def begin(self, done: float) -> None:
        """Start a step after a share `done` of training; forget what an earlier attempt at it has left."""

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        """Take the losses of some tasks on a part of the step's batches, a `share` of them; their graph is freed."""

    def finish(self) -> None:
        """Put the gradients where the optimizer finds them."""

    def after_step(self, again: Again) -> None:
        """Let the weighting learn from the step that was made."""

    def diagnosis(self) -> Diagnosis:
        """Return what the step tells about its tasks."""
