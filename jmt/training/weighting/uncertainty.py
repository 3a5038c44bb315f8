"""Homoscedastic uncertainty: each task learns how noisy it is (Kendall, Gal and Cipolla, CVPR 2018)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.network.by_name import ParametersByName
from jmt.training.weighting.base import LossWeighting

_SCALES = {"gaussian": (0.5, 1.0), "softmax": (1.0, 1.0), "laplace": (1.0, 0.5)}
"""(a, p) of a likelihood, whose term is a exp(-p s) L: squared errors, cross-entropies, absolute errors."""


class UncertaintyWeighting(LossWeighting):
    """a exp(-p s) L + r(s) per task with s = log sigma^2 learned; r(s) = s / 2.

    At a fixed loss L the minimum is sigma^2 = L (gaussian), 2 L (softmax), or b = L with b = sigma (laplace).  With
    `positive`, r(s) = log(1 + exp(s)), which no task can make negative (Liebel and Koerner 2018).  Only the tasks of a
    step move: the others' s has no gradient.  s belongs in an optimizer group of its own, without decay; a negative
    total is normal.
    """

    def __init__(self, likelihoods: Mapping[str, str], *, positive: bool = False) -> None:
        super().__init__()
        self.scales = {task: _SCALES[likelihood] for task, likelihood in likelihoods.items()}
        self.regularize = F.softplus if positive else half
        self.log_variances = ParametersByName({task: nn.Parameter(torch.zeros(())) for task in likelihoods})

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the sum of the weighed losses and their regularisers."""
        terms = []
        for task, loss in losses.items():
            scale, power = self.scales[task]
            log_variance = self.log_variances[task]
            terms.append(scale * torch.exp(-power * log_variance) * loss + self.regularize(log_variance))
        return torch.stack(terms).sum()

    def task_weights(self) -> dict[str, float]:
        """Return a exp(-p s) of every task."""
        return {
            task: scale * float(torch.exp(-power * self.log_variances[task].detach()))
            for task, (scale, power) in self.scales.items()
        }


def half(log_variance: Tensor) -> Tensor:
    """Return s / 2 = log sigma."""
    return 0.5 * log_variance
