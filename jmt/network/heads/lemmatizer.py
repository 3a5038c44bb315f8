"""A lemma per word, as the edit that makes it of the form (Straka 2018): a softmax over the edits of training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold, GoldLemmas
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import LemmatizerConfig
from jmt.files.guards.checkpoint import MOST_LABELS, is_label
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.word_classifier import word_classifier

_UNCHANGED = "lower *"
"""The edit of which nearly all words of a language with few endings are made."""


class Lemmatizer(Head):
    """softmax(W ReLU(V h_t + b) + c) over edit scripts; what they make of the words is for `Kind.finish`."""

    def __init__(self, config: LemmatizerConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.classifier = word_classifier(sizes.hidden, config.classifier_size, len(labels), config.dropout)

    @classmethod
    def build_labels(cls, config: LemmatizerConfig, golds: Sequence[Gold]) -> LabelSet:
        """Collect the scripts that are no rarer than `minimum`, and that a checkpoint may hold."""
        counts = Counter(script for gold in golds for script in cast("GoldLemmas", gold).choices)
        frequent = [
            script
            for script, count in counts.most_common()
            if count >= config.minimum and is_label(script, "lemmatizer")
        ]
        return LabelSet(sorted(frequent[:MOST_LABELS] or [_UNCHANGED]))

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, L) from hidden (B, T, H)."""
        logits: Tensor = self.classifier(hidden)
        return logits

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(script), (B, T, L)."""
        return scores.softmax(dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return script indices (B, T), `IGNORED` at padding and where the script is not among the labels."""
        encoded = torch.full((len(golds), width), IGNORED)
        for row, gold in enumerate(golds):
            scripts = cast("GoldLemmas", gold).choices
            encoded[row, : len(scripts)] = torch.tensor([self.labels.index(script) for script in scripts])
        return encoded

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of the gold scripts."""
        return F.cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED, reduction="sum")

    def decode(self, scores: Tensor, mask: Tensor, *, confidences: bool = False) -> list[Tagged]:
        """Return the best scripts per sentence."""
        best = self.probabilities(scores).max(dim=-1)
        names, chosen, sure = self.labels.labels, best.indices.tolist(), best.values.tolist()
        return [
            Tagged([names[index] for index in chosen[row][:length]], sure[row][:length] if confidences else None)
            for row, length in enumerate(mask.sum(dim=1).tolist())
        ]
