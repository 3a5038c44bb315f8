"""Words become a vector per sentence; two sentences become features: each pooled by itself, or compared first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from jmt.cascade.decoding.probabilities import softmax
from jmt.cascade.decoding.sequences import pad
from jmt.files.quantise import Array
from jmt.runtime.affine import Affine, relu


def max_pool(hidden: Array, lengths: Array) -> Array:
    """Return the element-wise maximum over the words of each sentence (eq. 4): (B, H) from (N, H) and (B,)."""
    return np.maximum.reduceat(hidden, np.cumsum(lengths) - lengths, axis=0)


def mean_pool(hidden: Array, lengths: Array) -> Array:
    """Return the mean over the words of each sentence: (B, H) from (N, H) and lengths (B,)."""
    sums: Array = np.add.reduceat(hidden, np.cumsum(lengths) - lengths, axis=0)
    return np.divide(sums, lengths[:, None], dtype=sums.dtype)


class PooledPairs:
    """The maximum over the words of each sentence (eq. 4); features are the difference and the product."""

    def vectors(self, hidden: Array, lengths: Array) -> Array:
        """Return (2P, H), first sentences first, from hidden (N, H) and lengths (2P,)."""
        return max_pool(hidden, lengths)

    def combine(self, difference: Array, first: Array, second: Array) -> list[Array]:
        """Return the difference, which may be absolute, and the product (d_1 of eq. 5, d_2)."""
        return [difference, first * second]


class AttendingPairs:
    """Soft alignment of each word with the other sentence, then comparison (Parikh et al. 2016, Chen et al. 2017)."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        align = weights["interaction.align.weight"].T
        self._align = align / np.float32(align.shape[1] ** 0.25)  # F; both sides together are divided by sqrt(K)
        self._compare = Affine(weights, "interaction.compare")

    def vectors(self, hidden: Array, lengths: Array) -> Array:
        """Return (2P, 2K + H), first sentences first, from hidden (N, H) and lengths (2P,)."""
        words, mask = pad(hidden, lengths)  # (2P, T, H), (2P, T)
        views, _ = pad(hidden @ self._align, lengths)
        others, theirs, partner_mask = (np.roll(values, len(lengths) // 2, axis=0) for values in (words, views, mask))
        affinity = np.where(partner_mask[:, None], views @ theirs.transpose(0, 2, 1), -np.inf)  # (2P, T, T)
        aligned = (softmax(affinity) @ others)[mask]
        features = np.concatenate([hidden, aligned, hidden - aligned, hidden * aligned], axis=1)
        compared = relu(self._compare(features))
        pooled = [max_pool(compared, lengths), mean_pool(compared, lengths), mean_pool(hidden, lengths)]
        return np.concatenate(pooled, axis=1)

    def combine(self, difference: Array, first: Array, second: Array) -> list[Array]:
        """Return the difference, which may be absolute, the product and the sum."""
        return [difference, first * second, first + second]
