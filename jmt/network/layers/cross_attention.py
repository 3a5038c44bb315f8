"""Two sentences become two vectors: each pooled by itself, or compared word by word first."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import hidden_linear
from jmt.network.layers.pooling import max_pool, mean_pool


class Pooling(nn.Module):
    """The paper's way: the maximum over the words of each sentence (eq. 4)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = 2 * size
        """Of the features that `combine` makes."""

    def forward(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return (P, H) for the first and the second sentences, from hidden (2P, T, H) and mask (2P, T)."""
        first, second = max_pool(hidden, mask).chunk(2)
        return first, second

    def combine(self, difference: Tensor, first: Tensor, second: Tensor) -> list[Tensor]:
        """Return the difference, which may be absolute, and the product (d_1 of eq. 5, d_2)."""
        return [difference, first * second]


class CrossAttention(nn.Module):
    """Soft alignment of each word with the other sentence, then comparison (Parikh et al. 2016, Chen et al. 2017).

    c_t = ReLU(W [h_t ; a_t ; h_t - a_t ; h_t * a_t]) with a_t the words of the other sentence, weighed by the softmax
    of <F h_t, F h_s> / sqrt(K).  A sentence is [max c ; mean c ; mean h].  Swapping the sentences swaps their vectors.
    """

    def __init__(self, size: int, compare_size: int, dropout: float) -> None:
        super().__init__()
        self.size = 3 * (2 * compare_size + size)
        """Of the features that `combine` makes."""
        self.dropout = Dropout(dropout)
        self.align = nn.Linear(size, compare_size, bias=False)  # F
        nn.init.orthogonal_(self.align.weight)  # the same words find each other from the start
        self.compare = hidden_linear(4 * size, compare_size)

    def forward(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return (P, 2 K + H) for the first and the second sentences, from hidden (2P, T, H) and mask (2P, T)."""
        others = torch.cat(hidden.chunk(2)[::-1])  # each sentence's partner
        partner_mask = torch.cat(mask.chunk(2)[::-1])
        affinity = self.align(hidden) @ self.align(others).transpose(1, 2) / math.sqrt(self.align.out_features)
        weights = affinity.masked_fill(~partner_mask.unsqueeze(1), float("-inf")).softmax(dim=-1)  # (2P, T, T)
        aligned = weights @ others
        # Dropout comes after the difference, which it would drown.
        features = self.dropout(torch.cat([hidden, aligned, hidden - aligned, hidden * aligned], dim=-1))
        compared = self.compare(features).relu()
        vectors = [max_pool(compared, mask), mean_pool(compared, mask), mean_pool(hidden, mask)]
        first, second = torch.cat(vectors, dim=-1).chunk(2)
        return first, second

    def combine(self, difference: Tensor, first: Tensor, second: Tensor) -> list[Tensor]:
        """Return the difference, which may be absolute, the product and the sum."""
        return [difference, first * second, first + second]
