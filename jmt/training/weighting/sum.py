"""Sums with weights that never change: plain, mean, and by the number of classes."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from jmt.training.weighting.base import LossWeighting


class FixedWeighting(LossWeighting):
    """Every task counts as its weight says."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.fixed = dict(weights)

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the weighted sum of the losses."""
        return torch.stack([self.fixed[task] * loss for task, loss in losses.items()]).sum()

    def task_weights(self) -> dict[str, float]:
        """Return the weights."""
        return self.fixed


def sum_weights(classes: Mapping[str, int]) -> dict[str, float]:
    """Return 1 for every task."""
    return dict.fromkeys(classes, 1.0)


def mean_weights(classes: Mapping[str, int]) -> dict[str, float]:
    """Return 1 / T for every task."""
    return dict.fromkeys(classes, 1 / len(classes))


def log_class_weights(classes: Mapping[str, int]) -> dict[str, float]:
    """Return 1 / log C: a task with more classes has the larger loss to begin with (Aghajanyan et al. 2021, Muppet)."""
    return {task: 1 / math.log(max(count, 2)) for task, count in classes.items()}
