"""Random weights: what every method has to beat (Lin et al., TMLR 2022)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from jmt.training.weighting.base import LossWeighting


class RandomWeighting(LossWeighting):
    """w = T softmax(z), z normal, drawn anew for every step."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.drawn = dict.fromkeys(tasks, 1.0)

    def start_step(self, seed: int) -> None:
        """Draw the weights of a step from a generator of their own: dropout draws as it would without them."""
        normal = torch.randn(len(self.drawn), generator=torch.Generator().manual_seed(seed))
        weights = len(self.drawn) * normal.softmax(dim=0)
        self.drawn = dict(zip(self.drawn, weights.tolist(), strict=True))

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum of the losses."""
        return torch.stack([self.drawn[task] * loss for task, loss in losses.items()]).sum()

    def task_weights(self) -> dict[str, float]:
        """Return the weights of the last step."""
        return self.drawn
