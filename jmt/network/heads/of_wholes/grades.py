"""A grade on a scale, for every head that gives a whole example one: of a sentence, or of two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import LabelSet
from jmt.network.batches.rows import as_array
from jmt.network.heads.base import Head


class GradeHead(Head):
    """softmax over the whole numbers of a range, of which the grade is the expectation; E examples."""

    def __init__(self, labels: LabelSet) -> None:
        super().__init__()
        self.labels = labels

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

    def arrays(self, scores: Tensor, mask: Tensor) -> npt.NDArray[np.floating[Any]]:
        """Return the logits (E, bins)."""
        return as_array(scores)


def soft_target(score: float, lowest: int, bins: int) -> Tensor:
    """Spread a score over the two whole numbers around it (Tai et al. 2015): 3.6 of 1..5 is [0, 0, .4, .6, 0]."""
    target = torch.zeros(bins)
    below = min(math.floor(score), lowest + bins - 1)
    target[below - lowest] = below + 1 - score
    if score > below:
        target[below - lowest + 1] = score - below
    return target
