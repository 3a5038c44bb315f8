"""FAMO: all losses fall at the same relative pace, without any task's gradient (Liu et al., NeurIPS 2023)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from jmt.training.weighting.base import RowWeighting
from jmt.training.weighting.scalarized import TINY


class FamoWeighting(RowWeighting):
    """w_t = c z_t / L_t with z = softmax(xi) and c so that the weights sum to 1 (eq. 12).

    After a step, xi <- xi - beta (J^T delta + gamma xi): delta_t is by how much log L_t has fallen on the same batch,
    J the Jacobian of the softmax (eq. 10).
    """

    of_losses = True

    logits: Tensor

    def __init__(self, tasks: int, *, learning_rate: float = 0.025, decay: float = 1e-3) -> None:
        super().__init__()
        self.learning_rate, self.decay = learning_rate, decay
        self.register_buffer("logits", torch.zeros(tasks))

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return the weights, uniform relative to the losses in the first step."""
        shares = self.logits.double().cpu().softmax(dim=0) / losses.clamp_min(TINY)
        return shares / shares.sum()

    def after_step(self, losses: Tensor, gram: Tensor, again: Callable[[], Tensor]) -> None:
        """Count those tasks more whose losses fell least."""
        fallen = losses.clamp_min(TINY).log() - again().clamp_min(TINY).log()
        logits = self.logits.double().cpu()
        shares = logits.softmax(dim=0)
        slope = shares * (fallen - (shares * fallen).sum())
        self.logits.copy_(logits - self.learning_rate * (slope + self.decay * logits))
