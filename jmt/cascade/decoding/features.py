"""What a morphology predicts: features by attribute, or bundles of them that training saw.

A bundle b that training saw scores log p(b) + sum over attributes a of log p(a = b_a), and the attributes' own best
values score the same with p(other) in place of p(b).  Below, A is the number of attributes, W the most values that one
has, U the number of bundles.
"""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.by_sentence import by_sentence
from jmt.cascade.decoding.probabilities import Floats, check_numbers, log_softmax, softmax
from jmt.cascade.decoding.sequences import Ints
from jmt.cascade.symbols.features import OTHER, FeatureTable, absent, bundle_label, values_of
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import MorphologyConfig


class FeatureIndex:
    """Where the labels of a morphology stand: among the values of an attribute, or among the bundles."""

    def __init__(self, labels: LabelSet) -> None:
        self._labels = labels
        table = FeatureTable.of(labels.labels)
        self.attributes, self.bundles = table.attributes, list(table.bundles)
        groups = list(table.attributes.values())
        most = max(map(len, groups), default=1)
        padded = [[*group, *[len(labels)] * (most - len(group))] for group in groups]
        wholes = [*table.bundles.values(), table.other]
        self._places = {index: place for group in [*groups, wholes] for place, index in enumerate(group)}
        self._encoded: dict[str, list[int]] = {}
        cells = [index for row in [*padded, wholes] for index in row]
        self.values = np.array(padded, dtype=np.int64).reshape(len(groups), most)
        """(A, W) which logits are those of an attribute's values; L: of none."""
        self.wholes = np.array(wholes, dtype=np.int64)
        """(U + 1,) which are those of the bundles, and last of any other one."""
        self.origins = np.array([cells.index(index) for index in range(len(labels))], dtype=np.int64)
        """(L,) the other way round: where each label stands among all cells of both."""
        which = [[max(place, 0) for place in self.places_of(feats)[:-1]] for feats in self.bundles]
        self.chosen = np.array(which, dtype=np.int64).reshape(len(which), len(groups))
        """(U, A) which of its values each attribute has in a bundle."""

    def places_of(self, feats: str) -> list[int]:
        """Return the place of each attribute's value, or absence, in canonical features, and that of the bundle."""
        if feats not in self._encoded:
            told = {value.partition("=")[0]: value for value in values_of(feats)}
            indices = [self._labels.index(told.get(name, absent(name))) for name in self.attributes]
            whole = bundle_label(feats)
            indices.append(self._labels.index(whole if whole in self._labels else OTHER))
            self._encoded[feats] = [self._places.get(index, IGNORED) for index in indices]
        return self._encoded[feats]

    def log_likelihoods(self, logits: Floats) -> tuple[Floats, Floats]:
        """Return log p of every attribute's values (N, A, W), and of the wholes (N, U + 1), from logits (N, L)."""
        impossible = np.full((len(logits), 1), -np.inf, dtype=logits.dtype)
        values = np.concatenate([logits, impossible], axis=-1)[:, self.values]
        return log_softmax(values), log_softmax(logits[:, self.wholes])

    def probabilities(self, logits: Floats) -> Floats:
        """Return (N, L): distributions side by side, one over each attribute's values and one over the bundles."""
        values, wholes = self.log_likelihoods(logits)
        cells = np.concatenate([values.reshape(len(logits), -1), wholes], axis=-1)
        shares: Floats = np.exp(cells[:, self.origins])
        return shares


class FeatureDecoder:
    """Canonical features: those of the best bundle, or of the best values where they are better."""

    def __init__(self, config: MorphologyConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self._labels = labels.labels
        self._index = index = FeatureIndex(labels)
        attributes, most = index.values.shape
        members = np.zeros((len(index.bundles), attributes, most), dtype=np.float32)
        members[np.arange(len(members))[:, None], np.arange(attributes), index.chosen] = 1.0
        self._members = members.reshape(len(members), attributes * most).T
        """(A W, U) which values a bundle has."""
        self._names = np.array([*index.bundles, None], dtype=object)
        self._temperature = temperature

    def decode(self, scores: Floats, lengths: Ints, *, confidences: bool = False) -> list[Tagged]:
        """Return the features of each of B sentences of `lengths` (B,), from logits (N, L)."""
        values, wholes = self._index.log_likelihoods(check_numbers(scores))
        possible = np.where(values == -np.inf, 0, values).reshape(len(values), self._members.shape[0])
        known = wholes[:, :-1] + possible @ self._members
        alone = wholes[:, -1] + values.max(axis=-1, initial=-np.inf).sum(axis=-1)
        choices = np.concatenate([known, alone[:, None]], axis=-1)
        best = choices.argmax(axis=-1)
        names = self._names[best]
        made = np.flatnonzero(best == len(self._names) - 1)
        names[made] = [self._put_together(places) for places in values[made].argmax(axis=-1).tolist()]
        feats = by_sentence(names.tolist(), lengths)
        if not confidences:
            return [Tagged(of_sentence) for of_sentence in feats]
        shares = softmax(choices, self._temperature)
        sure = by_sentence(shares[np.arange(len(best)), best].tolist(), lengths)
        return [Tagged(*of_sentence) for of_sentence in zip(feats, sure, strict=True)]

    def _put_together(self, places: list[int]) -> str:
        """Write one value of every attribute as features."""
        groups = zip(self._index.attributes.values(), places, strict=True)
        named = (self._labels[group[place]] for group, place in groups)
        return "|".join(label for label in named if not label.endswith("=")) or "_"
