"""Entailment of one sentence by another (section 2.6 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.symbols.values import Choice
from jmt.cascade.task_config import PairClassifierConfig
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.pair_layers import build_interaction, build_pair_layers


class PairClassifier(Head):
    """softmax over classes, from Maxout layers over [label embeddings ; h_s - h_s' ; h_s * h_s'].

    The difference keeps its sign: which sentence comes first matters for entailment.
    """

    def __init__(self, config: PairClassifierConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.interaction = build_interaction(config, sizes)
        self.classifier = build_pair_layers(config, sizes, features=self.interaction.size, outputs=len(labels))

    @classmethod
    def build_labels(cls, config: PairClassifierConfig, golds: Sequence[Gold]) -> LabelSet:
        """Collect the classes."""
        return LabelSet.from_examples([[cast(str, gold)] for gold in golds])

    def score(self, hidden: Tensor, mask: Tensor, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return logits (P, L) from hidden (2P, T, H), mask (2P, T) and (P, D) label embeddings of pair tasks."""
        first, second = self.interaction(hidden, mask)
        features = self.interaction.combine(first - second, first, second)  # d_2
        logits: Tensor = self.classifier(torch.cat([*label_embeddings, *features], dim=-1))
        return logits

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(class), (P, L)."""
        return scores.softmax(dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return class indices (P,), `IGNORED` where training never saw the class."""
        return torch.tensor([self.labels.index(cast(str, gold)) for gold in golds])

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood (J_5: eq. 10)."""
        return F.cross_entropy(scores, gold, ignore_index=IGNORED, reduction="sum")

    def decode(self, scores: Tensor, mask: Tensor, *, confidences: bool = False) -> list[Choice]:
        """Return the best class with the probability of each."""
        names = self.labels.labels
        best = scores.argmax(dim=-1).tolist()
        rows = scores.softmax(dim=-1).tolist()
        return [Choice(names[index], dict(zip(names, row, strict=True))) for index, row in zip(best, rows, strict=True)]
