"""GradNorm: gradients of like size, larger for tasks that learn slowly (Chen et al., ICML 2018)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from jmt.training.weighting.base import RowWeighting


class GradNormWeighting(RowWeighting):
    """w is moved so that w_t ||g_t|| comes near to mean(w ||g||) r_t^alpha, r_t the inverse training rate (eq. 1, 2).

    r_t = (L_t / L_t(0)) / mean over tasks: a slow task has r > 1 and gets more.  With the target held constant, the
    gradient of sum |w_t ||g_t|| - target_t| in log w_t is sign(.) w_t ||g_t||: no second derivative.  It is taken in
    units of the mean target, so that a learning rate means the same in every network, and at log w, so that weights of
    losses that differ a hundredfold get where they belong, and stay positive.  L(0) is the mean of the first losses.
    """

    of_losses = True

    current: Tensor
    initial: Tensor
    seen: Tensor

    def __init__(self, tasks: int, *, alpha: float = 1.5, learning_rate: float = 0.025, first: int = 10) -> None:
        super().__init__()
        self.alpha, self.learning_rate, self.first = alpha, learning_rate, first
        self.register_buffer("current", torch.ones(tasks))
        self.register_buffer("initial", torch.zeros(tasks))
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return the present weights; they sum to T."""
        return self.current.double().cpu()

    def after_step(self, losses: Tensor, gram: Tensor, again: Callable[[], Tensor]) -> None:
        """Move the weights, once L(0) is known."""
        if int(self.seen) < self.first:
            self.seen += 1
            self.initial += (losses.to(self.initial.device) - self.initial) / self.seen
            return
        weights, norms = self.current.double().cpu(), gram.diagonal().clamp_min(0).sqrt()
        if not norms.mean() > 0:
            return  # no task reaches what is compared
        slope = self.slopes(weights, norms, losses / self.initial.double().cpu())
        weights = weights * torch.exp(-self.learning_rate * slope)
        self.current.copy_(weights * len(weights) / weights.sum())

    def slopes(self, weights: Tensor, norms: Tensor, ratios: Tensor) -> Tensor:
        """Return the gradient of sum |w n - target| / mean(w n) in log w, from weights, norms and L / L(0), (T,)."""
        sizes = weights * norms
        target = sizes.mean() * (ratios / ratios.mean()) ** self.alpha
        return torch.sign(sizes - target) * sizes / sizes.mean()
