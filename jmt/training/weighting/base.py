"""The contract of a loss weighting: losses in, one loss out; it never sees the model."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn


class LossWeighting(nn.Module):
    """Combines the losses of the tasks of one step; what it learns are its parameters."""

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return one scalar from the scalar losses of the tasks that this step has."""
        raise TypeError(f"{type(self).__name__} is abstract")

    def task_weights(self) -> dict[str, float]:
        """Return what each task's loss is multiplied by at present, for the log."""
        return {}
