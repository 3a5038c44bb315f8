"""Entailment of one sentence by another (section 2.6 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import PairClassifierConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.classes import ClassHead
from jmt.network.heads.of_wholes.pair_layers import build_interaction, build_pair_layers


class PairClassifier(ClassHead):
    """softmax over classes, from Maxout layers over [label embeddings ; h_s - h_s' ; h_s * h_s'].

    The difference keeps its sign: which sentence comes first matters for entailment.
    """

    def __init__(self, config: PairClassifierConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__(labels, noise_samples=config.noise_samples)
        self.interaction = build_interaction(config, sizes)
        outputs = len(labels) + self.noise.outputs
        self.classifier = build_pair_layers(config, sizes, features=self.interaction.size, outputs=outputs)

    def score(self, hidden: Tensor, mask: Tensor, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return logits (P, L) from hidden (2P, T, H), mask (2P, T) and (P, D) label embeddings of pair tasks."""
        first, second = self.interaction(hidden, mask)
        features = self.interaction.combine(first - second, first, second)  # d_2
        logits: Tensor = self.classifier(torch.cat([*label_embeddings, *features], dim=-1))
        return logits
