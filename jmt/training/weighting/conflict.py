"""Methods that look at how the gradients of tasks lie to each other: functions of their Gram matrix alone."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from jmt.training.weighting import solvers
from jmt.training.weighting.base import RowWeighting, among_reaching

Rule = Callable[[Tensor], Tensor]
"""Gram matrix (T, T) to weights (T,), both float64."""


class GramWeighting(RowWeighting):
    """Weights by a rule without state; what is random in it follows from the seed of the step."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule, self.seed = rule, 0

    def start_step(self, seed: int) -> None:
        """Remember the seed."""
        self.seed = seed

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return the weights of the gradients."""
        with torch.random.fork_rng(devices=[]):  # dropout draws as it would without
            torch.manual_seed(self.seed)
            return among_reaching(gram, lambda part, _: self.rule(part))


def nash(gram: Tensor) -> Tensor:
    """Nash-MTL: each task gains in proportion to what it brings (Navon et al., ICML 2022)."""
    return torch.from_numpy(solvers.nash(gram.numpy()))


def cagrad(radius: float) -> Rule:
    """CAGrad: best for the worst task within `radius` of the mean (Liu et al., NeurIPS 2021)."""
    return lambda gram: torch.from_numpy(solvers.conflict_averse(gram.numpy(), radius))
