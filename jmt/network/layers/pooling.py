"""One vector for a sentence from the states of its words."""

from __future__ import annotations

from torch import Tensor


def max_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return the element-wise maximum over real tokens (eq. 4): (B, H) from hidden (B, T, H) and mask (B, T)."""
    return hidden.masked_fill(~mask.unsqueeze(-1), float("-inf")).amax(dim=1)


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over real tokens: (B, H) from hidden (B, T, H) and mask (B, T)."""
    return hidden.masked_fill(~mask.unsqueeze(-1), 0.0).sum(dim=1) / mask.sum(dim=1, keepdim=True)
