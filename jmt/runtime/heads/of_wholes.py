"""Heads that judge whole sentences, one or two: Maxout layers, then logits of classes or of the points of a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from jmt.cascade.decoding.probabilities import softmax
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import MaxoutHeadConfig, PairHeadConfig
from jmt.files.quantise import Array
from jmt.runtime.affine import Affine
from jmt.runtime.heads.interaction import AttendingPairs, PooledPairs, max_pool, mean_pool


class _MaxoutLayers:
    """The largest of several affine maps for each unit, layer upon layer, then an affine map to logits."""

    def __init__(self, config: MaxoutHeadConfig, weights: Mapping[str, Array], name: str, labels: LabelSet) -> None:
        layers = range(config.hidden_layers)
        self._hidden = [Affine(weights, f"{name}.{2 * layer + 1}.affine") for layer in layers]
        self._outer = Affine(weights, f"{name}.{2 * len(layers) + 1}", most=len(labels))  # not what is said of noise
        self._pool = config.maxout_pool

    def __call__(self, values: Array) -> Array:
        """Return logits (E, L) from (E, I)."""
        for layer in self._hidden:
            values = layer(values).reshape(len(values), -1, self._pool).max(axis=-1)
        return self._outer(values)


class SentenceHead:
    """Logits from [max h ; mean h] of the words of a sentence: of a classifier, and of a regressor."""

    def __init__(self, config: MaxoutHeadConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        self._layers = _MaxoutLayers(config, weights, "classifier.layers", labels)

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> Array:
        """Return logits (B, L) from hidden (N, H) and lengths (B,)."""
        return self._layers(np.concatenate([max_pool(hidden, lengths), mean_pool(hidden, lengths)], axis=1))

    def signal(self, scores: Array, lengths: Array) -> tuple[Array, ...]:
        """Return p(label), (B, L)."""
        return (softmax(scores),)


class _PairHead:
    """Logits from [label embeddings ; features of two sentences]."""

    distance: ClassVar[np.ufunc]
    """What is taken of the difference of two sentences."""

    def __init__(self, config: PairHeadConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        self._layers = _MaxoutLayers(config, weights, "classifier", labels)
        self._interaction = AttendingPairs(weights) if config.interaction == "attention" else PooledPairs()

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> Array:
        """Return logits (P, L) from hidden (N, H), lengths (2P,) and (P, D) label embeddings of pair tasks."""
        first, second = np.split(self._interaction.vectors(hidden, lengths), 2)
        features = self._interaction.combine(self.distance(first - second), first, second)
        return self._layers(np.concatenate([*labels, *features], axis=1))

    def signal(self, scores: Array, lengths: Array) -> tuple[Array, ...]:
        """Return p(label), (P, L)."""
        return (softmax(scores),)


class PairRegressor(_PairHead):
    """Relatedness, which is the same both ways round: |h_s - h_s'| (eq. 5)."""

    distance = np.absolute


class PairClassifier(_PairHead):
    """Entailment, of which sentence by which matters: the difference keeps its sign."""

    distance = np.positive
