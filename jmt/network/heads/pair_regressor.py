"""Graded relatedness of two sentences (section 2.5 of Hashimoto et al. 2017)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Grade
from jmt.cascade.task_config import PairRegressorConfig
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.pair_layers import build_interaction, build_pair_layers


class PairRegressor(Head):
    """softmax over the whole numbers of the range, from Maxout([|h_s - h_s'| ; h_s * h_s']) (eq. 5)."""

    points: Tensor

    def __init__(self, config: PairRegressorConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.register_buffer("points", torch.tensor([float(label) for label in labels.labels]), persistent=False)
        self.interaction = build_interaction(config, sizes)
        self.classifier = build_pair_layers(config, sizes, features=self.interaction.size, outputs=len(labels))

    @classmethod
    def build_labels(cls, config: PairRegressorConfig, golds: Sequence[Gold]) -> LabelSet:
        """Return one label per whole number of the range."""
        lowest, highest = config.score_range or (1, 5)
        return LabelSet(str(point) for point in range(lowest, highest + 1))

    def score(self, hidden: Tensor, mask: Tensor, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return logits (P, bins) from hidden (2P, T, H), mask (2P, T) and (P, D) label embeddings of pair tasks."""
        first, second = self.interaction(hidden, mask)
        features = self.interaction.combine((first - second).abs(), first, second)  # d_1 of eq. 5
        logits: Tensor = self.classifier(torch.cat([*label_embeddings, *features], dim=-1))
        return logits

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(score = i), (P, bins)."""
        return scores.softmax(dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return the soft targets (P, bins)."""
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
