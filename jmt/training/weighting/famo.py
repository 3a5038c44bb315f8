"""FAMO: all losses fall at the same relative pace, without any task's gradient (Liu et al., NeurIPS 2023)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from jmt.training.weighting.base import RowWeighting
from jmt.training.weighting.scalarized import TINY


class FamoWeighting(RowWeighting):
    """w_t = c z_t / L_t with z = softmax(xi) and c so that the weights sum to 1 (eq. 12).

    After a step, xi is moved along J^T delta + gamma xi (eq. 10): delta_t is by how much log L_t has fallen on the same
    batch, J the Jacobian of the softmax.  By Adam, as in the authors' code: logarithms of losses fall by thousandths in
    a step, so that plain steps along them would leave the weights where they began.
    """

    of_losses = True

    logits: Tensor
    moments: Tensor
    steps: Tensor

    def __init__(self, tasks: int, *, learning_rate: float = 0.025, decay: float = 1e-3) -> None:
        super().__init__()
        self.learning_rate, self.decay = learning_rate, decay
        self.register_buffer("logits", torch.zeros(tasks))
        self.register_buffer("moments", torch.zeros(2, tasks))  # Adam's: of the slopes, and of their squares
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return the weights, uniform relative to the losses in the first step."""
        shares = self.logits.double().cpu().softmax(dim=0) / losses.clamp_min(TINY)
        return shares / shares.sum()

    def after_step(self, losses: Tensor, gram: Tensor, again: Callable[[], Tensor]) -> None:
        """Count those tasks more whose losses fell least."""
        fallen = losses.clamp_min(TINY).log() - again().clamp_min(TINY).log()
        logits = self.logits.double().cpu()
        shares = logits.softmax(dim=0)
        self._move(logits, shares * (fallen - (shares * fallen).sum()) + self.decay * logits)

    def _move(self, logits: Tensor, slope: Tensor, betas: tuple[float, float] = (0.9, 0.999)) -> None:
        """Make one step of Adam (Kingma and Ba 2015, algorithm 1)."""
        self.steps += 1
        mean, square = self.moments.double().cpu()
        mean = betas[0] * mean + (1 - betas[0]) * slope
        square = betas[1] * square + (1 - betas[1]) * slope.square()
        self.moments.copy_(torch.stack([mean, square]))
        mean, square = (
            moment / (1 - beta ** int(self.steps)) for moment, beta in ((mean, betas[0]), (square, betas[1]))
        )
        self.logits.copy_(logits - self.learning_rate * mean / (square.sqrt() + 1e-8))
