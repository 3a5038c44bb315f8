"""Cross-stitch units: the columns of several tasks read each other's hidden states (Misra et al., CVPR 2016)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class CrossStitch(nn.Module):
    """x~_t = sum over s of A[t, s] x_s (eq. 1), one number per pair of columns, or one per channel.

    Rows begin with `same` on the diagonal and share the rest evenly, so that they sum to 1 and no level scales its
    input.
    """

    def __init__(self, columns: int, size: int, *, same: float, per_channel: bool) -> None:
        super().__init__()
        other = (1 - same) / (columns - 1) if columns > 1 else 0.0
        start = torch.full((columns, columns), other).fill_diagonal_(same if columns > 1 else 1.0)
        self.mix = nn.Parameter(start.unsqueeze(-1).repeat(1, 1, size if per_channel else 1))

    def forward(self, columns: Sequence[Tensor]) -> list[Tensor]:
        """Return the mixed hidden states of every column, (B, T, H) each."""
        stacked = torch.stack(list(columns))  # (S, B, T, H)
        return [(row[:, None, None, :] * stacked).sum(dim=0) for row in self.mix]
