"""Morphological features of words: a softmax per attribute, and one over the bundles of training as wholes.

Attributes by themselves can be put together to what training never saw, but do not know what belongs together; bundles
do, and know nothing else.  `jmt.cascade.decoding.features` has how both are weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.decoding.features import FeatureIndex
from jmt.cascade.symbols.examples import Gold, GoldFeatures
from jmt.cascade.symbols.features import feature_labels
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.task_config import MorphologyConfig
from jmt.files.guards.checkpoint import MOST_LABELS, is_label
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.word_classifier import word_classifier


class Morphology(Head):
    """Logits (B, T, L) of values and bundles; of each attribute's values, and of the bundles, one is chosen.

    Below, A is the number of attributes, W the most values that one has, U the number of bundles.
    """

    values: Tensor
    wholes: Tensor
    origins: Tensor

    def __init__(self, config: MorphologyConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.classifier = word_classifier(sizes.hidden, config.classifier_size, len(labels), config.dropout)
        self.index = index = FeatureIndex(labels)
        for name in ("values", "wholes", "origins"):
            self.register_buffer(name, torch.from_numpy(getattr(index, name)), persistent=False)

    @classmethod
    def build_labels(cls, config: MorphologyConfig, golds: Sequence[Gold]) -> LabelSet:
        """Collect values, absences and bundles that a checkpoint may hold, bundles no rarer than `minimum`."""
        bundles = [feats for gold in golds for feats in cast("GoldFeatures", gold).labels]
        labels = [label for label in feature_labels(bundles, minimum=config.minimum) if is_label(label, "morphology")]
        return LabelSet(labels[:MOST_LABELS])

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, L) from hidden (B, T, H)."""
        logits: Tensor = self.classifier(hidden)
        return logits

    def _log_likelihoods(self, scores: Tensor) -> tuple[Tensor, Tensor]:
        """Return log p of every attribute's values (B, T, A, W), and of the wholes (B, T, U + 1)."""
        impossible = scores.new_full((*scores.shape[:-1], 1), -torch.inf)
        values = torch.cat([scores, impossible], dim=-1)[..., self.values]
        return values.log_softmax(dim=-1), scores[..., self.wholes].log_softmax(dim=-1)

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return (B, T, L): distributions side by side, one over each attribute's values and one over the bundles."""
        values, wholes = self._log_likelihoods(scores)
        return torch.cat([values.flatten(-2), wholes], dim=-1)[..., self.origins].exp()

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return (B, T, A + 1): places of the values of each attribute, and of the bundle; `IGNORED` as in a tagger."""
        encoded = torch.full((len(golds), width, len(self.index.attributes) + 1), IGNORED)
        for row, gold in enumerate(golds):
            feats = cast("GoldFeatures", gold).labels
            encoded[row, : len(feats)] = torch.tensor([self.index.places_of(one) for one in feats])
        return encoded

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of all values and of the bundles."""
        values, wholes = self._log_likelihoods(scores)
        parts = [
            F.nll_loss(likelihoods.flatten(0, 1), places.flatten(), ignore_index=IGNORED, reduction="sum")
            for likelihoods, places in zip((*values.unbind(dim=-2), wholes), gold.unbind(dim=-1), strict=True)
        ]
        return torch.stack(parts).sum()
