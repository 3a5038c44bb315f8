"""Homoscedastic uncertainty: each task learns how noisy it is (Kendall, Gal and Cipolla, CVPR 2018)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from jmt.training.weighting.base import LossWeighting

SCALES = {"gaussian": 0.5, "softmax": 1.0}
"""exp(-s) L of a likelihood is multiplied by this: 1/2 for squared errors, 1 for cross-entropies."""


class UncertaintyWeighting(LossWeighting):
    """scale exp(-s) L + s / 2 per task with s = log sigma^2 learned; gaussian scale 1/2, softmax 1.

    At a fixed loss L the minimum is sigma^2 = L (gaussian) or 2 L (softmax).  Only the tasks of a step move: the
    others' s has no gradient.  s belongs in an optimizer group of its own, without decay; a negative total is normal.
    """

    def __init__(self, likelihoods: Mapping[str, str]) -> None:
        super().__init__()
        self.scales = {task: SCALES[likelihood] for task, likelihood in likelihoods.items()}
        self.log_variances = nn.ParameterDict({task: nn.Parameter(torch.zeros(())) for task in likelihoods})

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the sum of the weighed losses and their regularisers."""
        terms = []
        for task, loss in losses.items():
            log_variance = self.log_variances[task]
            terms.append(self.scales[task] * torch.exp(-log_variance) * loss + 0.5 * log_variance)
        return torch.stack(terms).sum()

    def task_weights(self) -> dict[str, float]:
        """Return scale exp(-s) of every task."""
        return {
            task: self.scales[task] * float(torch.exp(-value.detach())) for task, value in self.log_variances.items()
        }
