"""A lower task's prediction as a vector: the label embedding of eq. 2 of Hashimoto et al. 2017."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.network.layers.initialization import fill_uniform


class LabelEmbedding(nn.Module):
    """y_t = sum over labels j of p(y_t = j | h_t) l(j) (eq. 2); predicted probabilities, in training too."""

    def __init__(self, labels: int, size: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(labels, size))
        fill_uniform(self.table, size, labels)

    def forward(self, probabilities: Tensor) -> Tensor:
        """Return (..., size) from probabilities (..., L) over the labels; gradients flow through them."""
        return probabilities @ self.table
