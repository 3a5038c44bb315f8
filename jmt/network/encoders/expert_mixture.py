"""Experts that all tasks have, and a gate per task that mixes them (Ma et al., KDD 2018: MMoE)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class ExpertGate(nn.Module):
    """softmax(W x_t) per token, over E experts; at first all of them count the same."""

    def __init__(self, size: int, experts: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, experts)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, inputs: Tensor, experts: Sequence[Tensor]) -> Tensor:
        """Return the sum of the experts (B, T, H) each, weighed by the gate's view of inputs (B, T, I).

        The sum, not the mean: weights that sum to 1 scale nothing.
        """
        weights = self.linear(inputs).softmax(dim=-1)  # (B, T, E)
        return torch.einsum("bte,ebth->bth", weights, torch.stack(list(experts)))
