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
from jmt.cascade.task_config import LemmatizerConfig
from jmt.files.guards.checkpoint import MOST_FORMS, MOST_LABELS, is_form, is_label
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
        """Collect the scripts that are no rarer than `minimum`, and that a checkpoint may hold; and on which forms."""
        counts = Counter(script for gold in golds for script in cast("GoldLemmas", gold).choices)
        frequent = [
            script
            for script, count in counts.most_common()
            if count >= config.minimum and is_label(script, "lemmatizer")
        ]
        known = sorted(frequent[:MOST_LABELS] or [_UNCHANGED])
        return LabelSet(known, _scripts_of_forms(golds, frozenset(known)))

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


def _scripts_of_forms(golds: Sequence[Gold], known: frozenset[str]) -> dict[str, list[str]]:
    """Return the scripts that training saw on each form, of the most frequent forms."""
    seen: dict[str, Counter[str]] = {}
    for gold in cast("Sequence[GoldLemmas]", golds):
        for form, script in zip(gold.words, gold.choices, strict=True):
            if script in known and is_form(form):
                seen.setdefault(form, Counter())[script] += 1
    ordered = sorted(seen, key=lambda form: (-seen[form].total(), form))[:MOST_FORMS]
    return {form: [script for script, _ in seen[form].most_common()] for form in ordered}
