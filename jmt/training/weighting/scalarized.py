"""Losses joined by a function that is no sum: the geometric mean, and a smooth maximum (STCH)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from jmt.training.weighting.base import RowWeighting

TINY = 1e-12
"""Loss below which its logarithm is not taken."""


class ScalarizedWeighting(RowWeighting):
    """The gradient of a function S of the losses is the sum of theirs, weighed by dS / dL_t."""

    of_losses = True

    def scalarize(self, losses: Tensor) -> Tensor:
        """Return S, a scalar, from the losses (T,)."""
        raise TypeError(f"{type(self).__name__} is abstract")

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return dS / dL_t."""
        values = losses.detach().clone().requires_grad_()
        with torch.enable_grad():
            (slopes,) = torch.autograd.grad(self.scalarize(values), values)
        return slopes


class GeometricMeanWeighting(ScalarizedWeighting):
    """S = (L_1 ... L_T)^(1 / T): the scale of a loss has no say (Chennupati et al. 2019)."""

    def scalarize(self, losses: Tensor) -> Tensor:
        """Return the geometric mean."""
        return losses.clamp_min(TINY).log().mean().exp()


class SmoothTchebycheffWeighting(ScalarizedWeighting):
    """S = T mu log sum exp(log(L_t / n_t) / mu): the smaller mu, the more the worst counts (Lin et al., ICML 2024).

    n is the authors' nadir: the mean losses of the first steps, in which S is the sum of the log losses.  Without it
    the worst task would be the one whose loss is the largest by its kind.  With mu = 1, S is the log of a sum.
    """

    nadir: Tensor
    seen: Tensor

    def __init__(self, tasks: int, *, mu: float = 0.2, first: int = 100) -> None:
        super().__init__()
        self.mu, self.first = mu, first
        self.register_buffer("nadir", torch.zeros(tasks))
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def scalarize(self, losses: Tensor) -> Tensor:
        """Return the smooth maximum of the log losses, counted from those of the first steps; at first their sum."""
        logs = losses.clamp_min(TINY).log()
        if int(self.seen) < self.first:
            return logs.sum()
        relative = logs - self.nadir.double().cpu().clamp_min(TINY).log()
        return len(losses) * self.mu * (relative / self.mu).logsumexp(dim=0)

    def after_step(self, losses: Tensor, gram: Tensor, again: Callable[[], Tensor]) -> None:
        """Take the losses of the first steps into their mean."""
        if int(self.seen) < self.first:
            self.seen += 1
            self.nadir += (losses.to(self.nadir) - self.nadir) / self.seen
