"""A grade on a scale, for every head that gives a whole example one: of a sentence, or of two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Grade
from jmt.network.heads.base import Head


class GradeHead(Head):
    """softmax over the whole numbers of a range, of which the grade is the expectation; E examples."""

    points: Tensor

    def __init__(self, labels: LabelSet) -> None:
        super().__init__()
        self.labels = labels
        self.register_buffer("points", torch.tensor([float(label) for label in labels.labels]), persistent=False)

    @classmethod
    def build_labels(cls, config: Any, golds: Sequence[Gold]) -> LabelSet:
        """Return one label per whole number of the range."""
        lowest, highest = config.score_range or (1, 5)
        return LabelSet(str(point) for point in range(lowest, highest + 1))

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(score = i), (E, bins)."""
        return scores.softmax(dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return the soft targets (E, bins)."""
        lowest = int(self.labels.labels[0])
        return torch.stack([soft_target(cast(float, gold), lowest, len(self.labels)) for gold in golds])

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed divergence KL(target || p) (J_4: eq. 9)."""
        return F.kl_div(scores.log_softmax(dim=-1), gold, reduction="sum")

    def decode(self, scores: Tensor, mask: Tensor, *, confidences: bool = False) -> list[Grade]:
        """Return the expected score, sum of i p_i, with its distribution."""
        probabilities = scores.softmax(dim=-1)
        expected = (probabilities * self.points).sum(dim=-1).tolist()
        return [Grade(score, row) for score, row in zip(expected, probabilities.tolist(), strict=True)]


def soft_target(score: float, lowest: int, bins: int) -> Tensor:
    """Spread a score over the two whole numbers around it (Tai et al. 2015): 3.6 of 1..5 is [0, 0, .4, .6, 0]."""
    target = torch.zeros(bins)
    below = min(math.floor(score), lowest + bins - 1)
    target[below - lowest] = below + 1 - score
    if score > below:
        target[below - lowest + 1] = score - below
    return target
