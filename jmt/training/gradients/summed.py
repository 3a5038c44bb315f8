"""The gradient of one weighted sum of losses."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from jmt.training.diagnosis import Diagnosis
from jmt.training.gradients.base import Again
from jmt.training.weighting import LossWeighting


class SummedGradients:
    """One backward pass of the weighted sum: the weights are known before the losses are."""

    def __init__(self, weighting: LossWeighting) -> None:
        self.weighting = weighting

    def begin(self, done: float) -> None:
        """Nothing is kept outside `.grad`."""

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        """Add the gradient of the weighted sum."""
        (share * self.weighting(losses)).backward()

    def finish(self) -> None:
        """All is in its place."""

    def after_step(self, again: Again) -> None:
        """What is learned is learned by gradient."""

    def diagnosis(self) -> Diagnosis:
        """Return the weights; of single gradients nothing is known."""
        return Diagnosis(self.weighting.task_weights())
