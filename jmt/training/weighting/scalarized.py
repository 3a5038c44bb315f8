"""Losses joined by a function that is no sum: the geometric mean, and a smooth maximum (STCH)."""

from __future__ import annotations

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
    """S = mu log sum exp((log L_t - z_t) / mu): the smaller mu, the more the worst task counts (Lin et al., ICML 2024).

    Losses of different scales are compared by their logarithms, as the authors do in their experiments; z = 0.
    """

    def __init__(self, *, mu: float = 1.0) -> None:
        super().__init__()
        self.mu = mu

    def scalarize(self, losses: Tensor) -> Tensor:
        """Return the smooth maximum of the log losses."""
        return self.mu * (losses.clamp_min(TINY).log() / self.mu).logsumexp(dim=0)
