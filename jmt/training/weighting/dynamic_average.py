"""Dynamic weight average: tasks whose loss falls slowly count more (Liu, Johns and Davison, CVPR 2019)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from jmt.training.weighting.base import LossWeighting


class DynamicAverageWeighting(LossWeighting):
    """w_t = K softmax(r_t / temperature), r_t = L_t(k - 1) / L_t(k - 2) over epochs k; 1 in the first two (eq. 7).

    The softmax is over the K tasks that had steps in both epochs; the weight of the others is 1.
    """

    means: Tensor

    def __init__(self, tasks: Sequence[str], *, temperature: float = 2.0) -> None:
        super().__init__()
        self.tasks, self.temperature = list(tasks), temperature
        self.register_buffer("means", torch.full((2, len(self.tasks)), math.nan))

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum of the losses."""
        weights = self.task_weights()
        return torch.stack([weights[task] * loss for task, loss in losses.items()]).sum()

    def end_epoch(self, losses: Mapping[str, float]) -> None:
        """Remember the mean losses of this epoch and of the one before."""
        newest = torch.tensor([losses.get(task, math.nan) for task in self.tasks])
        self.means.copy_(torch.stack([self.means[1].cpu(), newest]))

    def task_weights(self) -> dict[str, float]:
        """Return the weights of the present epoch."""
        before, last = self.means.double().cpu()
        ratios = last / before
        present = ratios.isfinite()
        weights = torch.ones_like(ratios)
        weights[present] = int(present.sum()) * (ratios[present] / self.temperature).softmax(dim=0)
        return dict(zip(self.tasks, weights.tolist(), strict=True))
