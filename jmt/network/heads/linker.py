"""Links between the words of a sentence, or the clauses of a document: any number from each to others, or to itself.

The filter over all pairs of emotion and cause clauses (Xia and Ding 2019, section 4.2), with a bilinear form in the
place of their concatenated vectors; distances have weights as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.cascade.symbols.examples import Gold, GoldLinks
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import LinkerConfig
from jmt.network.batches.rows import as_array
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import hidden_linear


class Linker(Head):
    """s(i, j) = [s_i ; 1] U [t_j ; 1] + w(j - i), a logit of its own for every pair of words."""

    def __init__(self, config: LinkerConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.source, self.target = (
            nn.Sequential(
                Dropout(config.dropout),
                hidden_linear(sizes.hidden, config.link_size),
                nn.ReLU(),
                Dropout(config.dropout),
            )
            for _ in range(2)
        )
        self.weight = nn.Parameter(torch.randn(config.link_size + 1, config.link_size + 1) * 0.02)  # U
        self.distance = nn.Parameter(torch.zeros(2 * config.distances + 1))  # w

    @classmethod
    def build_labels(cls, config: LinkerConfig, golds: Sequence[Gold]) -> LabelSet:
        """Return what can be said of a word: whether any link leaves it."""
        return LabelSet(["none", "some"])

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, T) from hidden (B, T, H) and mask (B, T): from row to column, -inf at padding."""
        sources, targets = (F.pad(view(hidden), (0, 1), value=1.0) for view in (self.source, self.target))
        logits = sources @ self.weight @ targets.transpose(1, 2)
        words, most = torch.arange(hidden.size(1), device=hidden.device), len(self.distance) // 2
        apart = (words - words.unsqueeze(1)).clamp(-most, most) + most  # (T, T)
        return (logits + self.distance[apart]).masked_fill(~mask.unsqueeze(1), float("-inf"))

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(no link leaves a word) and p(some does), (B, T, 2)."""
        none = F.logsigmoid(-scores).sum(dim=-1).exp()
        return torch.stack([none, 1 - none], dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return (B, T, T): 1 for a link from row to column."""
        encoded = torch.zeros(len(golds), width, width)
        for row, gold in enumerate(golds):
            for source, targets in enumerate(cast(GoldLinks, gold).targets):
                encoded[row, source, targets] = 1.0
        return encoded

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return -sum of log p(link) and log p(no link) over all pairs of words of each sentence."""
        return _cross_entropy(scores, gold, mask)

    def distill(self, scores: Tensor, teacher: Linker, taught: Tensor, mask: Tensor) -> Tensor:
        """Return the summed cross-entropies to a teacher's probabilities, pair by pair."""
        return _cross_entropy(scores, taught.sigmoid(), mask)

    def arrays(self, scores: Tensor, mask: Tensor) -> npt.NDArray[np.floating[Any]]:
        """Return logits (B, T, T)."""
        return as_array(scores)


def _cross_entropy(scores: Tensor, wanted: Tensor, mask: Tensor) -> Tensor:
    """Return the summed binary cross-entropies of pairs of words, neither of which is padding."""
    pairs = mask.unsqueeze(1) & mask.unsqueeze(2)
    return F.binary_cross_entropy_with_logits(scores[pairs], wanted[pairs], reduction="sum")
