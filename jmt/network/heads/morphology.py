"""Morphological features of words: a softmax per attribute, and one over the bundles of training as wholes.

Attributes by themselves can be put together to what training never saw, but do not know what belongs together; bundles
do, and know nothing else.  A bundle b that training saw scores log p(b) + sum over attributes a of log p(a = b_a), and
the attributes' own best values score the same with p(other) in place of p(b).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold, GoldFeatures
from jmt.cascade.symbols.features import (
    OTHER,
    FeatureTable,
    absent,
    bundle_label,
    feature_labels,
    values_of,
)
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import MorphologyConfig
from jmt.files.guards.checkpoint import MOST_LABELS, is_label
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.word_classifier import word_classifier


class Morphology(Head):
    """Logits (B, T, L) of values and bundles; of each attribute's values, and of the bundles, one is chosen.

    Below, A is the number of attributes, W the most values that one has, N the number of bundles.
    """

    values: Tensor
    wholes: Tensor
    origins: Tensor
    chosen: Tensor

    def __init__(self, config: MorphologyConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.classifier = word_classifier(sizes.hidden, config.classifier_size, len(labels), config.dropout)
        table = FeatureTable.of(labels.labels)
        self.attributes, self.bundles = table.attributes, list(table.bundles)
        groups = list(table.attributes.values())
        most = max(map(len, groups), default=1)
        padded = [[*group, *[len(labels)] * (most - len(group))] for group in groups]
        wholes = [*table.bundles.values(), table.other]
        self._places = {index: place for group in [*groups, wholes] for place, index in enumerate(group)}
        self._encoded: dict[str, list[int]] = {}
        cells = [index for row in [*padded, wholes] for index in row]
        which = [[max(place, 0) for place in self._places_of(feats)[:-1]] for feats in self.bundles]
        for name, indices, shape in (
            ("values", padded, (len(groups), most)),  # which logits are those of an attribute's values; L: of none
            ("wholes", wholes, (len(wholes),)),  # and which are those of the bundles, and of any other one
            ("origins", [cells.index(index) for index in range(len(labels))], (len(labels),)),  # the other way round
            ("chosen", which, (len(which), len(groups))),  # which of its values each attribute has in a bundle
        ):
            self.register_buffer(name, torch.tensor(indices).reshape(shape).long(), persistent=False)

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
        """Return log p of every attribute's values (B, T, A, W), and of the wholes (B, T, N + 1)."""
        impossible = scores.new_full((*scores.shape[:-1], 1), -torch.inf)
        values = torch.cat([scores, impossible], dim=-1)[..., self.values]
        return values.log_softmax(dim=-1), scores[..., self.wholes].log_softmax(dim=-1)

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return (B, T, L): distributions side by side, one over each attribute's values and one over the bundles."""
        values, wholes = self._log_likelihoods(scores)
        return torch.cat([values.flatten(-2), wholes], dim=-1)[..., self.origins].exp()

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return (B, T, A + 1): places of the values of each attribute, and of the bundle; `IGNORED` as in a tagger."""
        encoded = torch.full((len(golds), width, len(self.attributes) + 1), IGNORED)
        for row, gold in enumerate(golds):
            feats = cast("GoldFeatures", gold).labels
            encoded[row, : len(feats)] = torch.tensor([self._places_of(one) for one in feats])
        return encoded

    def _places_of(self, feats: str) -> list[int]:
        """Return the place of each attribute's value, or absence, in canonical features, and that of the bundle."""
        if feats not in self._encoded:
            told = {value.partition("=")[0]: value for value in values_of(feats)}
            indices = [self.labels.index(told.get(name, absent(name))) for name in self.attributes]
            whole = bundle_label(feats)
            indices.append(self.labels.index(whole if whole in self.labels else OTHER))
            self._encoded[feats] = [self._places.get(index, IGNORED) for index in indices]
        return self._encoded[feats]

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of all values and of the bundles."""
        values, wholes = self._log_likelihoods(scores)
        parts = [
            F.nll_loss(likelihoods.flatten(0, 1), places.flatten(), ignore_index=IGNORED, reduction="sum")
            for likelihoods, places in zip((*values.unbind(dim=-2), wholes), gold.unbind(dim=-1), strict=True)
        ]
        return torch.stack(parts).sum()

    def decode(self, scores: Tensor, mask: Tensor, *, confidences: bool = False) -> list[Tagged]:
        """Return canonical features: those of the best bundle, or of the best values where they are better."""
        values, wholes = self._log_likelihoods(scores)
        alone = values.max(dim=-1)
        known, other = wholes[..., :-1], wholes[..., -1]
        for attribute, places in enumerate(self.chosen.unbind(dim=-1)):
            known = known + values[..., attribute, :][..., places]
        totals = torch.cat([known, (other + alone.values.sum(dim=-1)).unsqueeze(-1)], dim=-1)
        best = totals.softmax(dim=-1).max(dim=-1)
        made = iter(alone.indices[mask & (best.indices == len(self.bundles))].tolist())
        results = []
        for indices, sure, length in zip(
            best.indices.tolist(), best.values.tolist(), mask.sum(dim=1).tolist(), strict=True
        ):
            feats = [
                self.bundles[index] if index < len(self.bundles) else self._put_together(next(made))
                for index in indices[:length]
            ]
            results.append(Tagged(feats, sure[:length] if confidences else None))
        return results

    def _put_together(self, places: Sequence[int]) -> str:
        """Write one value of every attribute as features."""
        groups = zip(self.attributes.values(), places, strict=True)
        named = (self.labels.labels[group[place]] for group, place in groups)
        return "|".join(label for label in named if not label.endswith("=")) or "_"
