"""Links between words: a bilinear form over every pair of them, and a weight for each distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jmt.cascade.decoding.sequences import pad
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import LinkerConfig
from jmt.files.quantise import Array
from jmt.runtime.affine import Affine, relu


class Linker:
    """s(i, j) = [s_i ; 1] U [t_j ; 1] + w(j - i)."""

    def __init__(self, config: LinkerConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        self._views = [Affine(weights, f"{view}.1") for view in ("source", "target")]
        self._weight, self._distance = weights["weight"], weights["distance"]

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> Array:
        """Return logits (B, T, T) from hidden (N, H) and lengths (B,): -inf at padding."""
        sources, targets = (np.pad(relu(view(hidden)), ((0, 0), (0, 1)), constant_values=1) for view in self._views)
        (padded, mask), (others, _) = (pad(values, lengths) for values in (sources @ self._weight, targets))
        words, most = np.arange(mask.shape[1]), len(self._distance) // 2
        near: Array = self._distance[np.clip(words - words[:, None], -most, most) + most]
        return np.where(mask[:, None], padded @ others.transpose(0, 2, 1) + near, -np.inf)

    def signal(self, scores: Array, lengths: Array) -> tuple[Array, ...]:
        """Return p(no link leaves a word) and p(some does), (N, 2)."""
        of_words = scores[np.arange(scores.shape[1]) < lengths[:, None]]
        none = np.exp(-np.logaddexp(np.float32(0), of_words).sum(axis=-1))
        return (np.stack([none, 1 - none], axis=-1),)
