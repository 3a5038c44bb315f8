"""Graded relatedness of two sentences (section 2.5 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import PairRegressorConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.grades import GradeHead
from jmt.network.heads.pair_layers import build_interaction, build_pair_layers


class PairRegressor(GradeHead):
    """softmax over the whole numbers of the range, from Maxout([|h_s - h_s'| ; h_s * h_s']) (eq. 5)."""

    def __init__(self, config: PairRegressorConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__(labels)
        self.interaction = build_interaction(config, sizes)
        self.classifier = build_pair_layers(config, sizes, features=self.interaction.size, outputs=len(labels))

    def score(self, hidden: Tensor, mask: Tensor, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return logits (P, bins) from hidden (2P, T, H), mask (2P, T) and (P, D) label embeddings of pair tasks."""
        first, second = self.interaction(hidden, mask)
        features = self.interaction.combine((first - second).abs(), first, second)  # d_1 of eq. 5
        logits: Tensor = self.classifier(torch.cat([*label_embeddings, *features], dim=-1))
        return logits
