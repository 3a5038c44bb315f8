"""Attention of pieces to the pieces of their window: plain, or with biases of distances."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from jmt.files.quantise import Array
from jmt.runtime.encoders.packed_pieces import Run

_SAFE = 60.0
"""Scores between this and its opposite are exponentiated as they are: neither too large nor nothing in float32."""


class Attention:
    """Shares by the scores of queries and keys alone (Vaswani et al. 2017)."""

    def __init__(self, heads: int) -> None:
        self._heads = heads

    def attend(self, inputs: Array, run: Run, context: Array) -> None:
        """Put the mean of the values that every piece of a run attends to into `context` (n, H).

        `inputs` (n, 3H) are queries, already scaled, keys and values.
        """
        shape = (run.windows, run.length, 3, self._heads, -1)
        query, key, value = inputs.reshape(shape).transpose(2, 0, 3, 1, 4)  # (windows, heads, length, D) each
        scores = np.matmul(query, key.swapaxes(2, 3))
        self._shift(scores)
        if scores.max() > _SAFE or scores.min() < -_SAFE:
            scores -= scores.max(axis=3, keepdims=True)
        np.exp(scores, out=scores)
        total = scores.reshape(-1, run.length) @ np.ones(run.length, np.float32)
        mixed = context.reshape(run.windows, run.length, self._heads, -1).swapaxes(1, 2)
        np.matmul(scores, value, out=mixed)
        mixed /= total.reshape(run.windows, self._heads, run.length, 1)

    def _shift(self, scores: Array) -> None:
        """Add to scores (windows, heads, L, L) what a family adds."""


class DistanceAttention(Attention):
    """Scores get a bias of how far a key is behind its query: (heads or 1, 2 N - 1), from 1 - N to N - 1 pieces."""

    def __init__(self, heads: int, bias: Array) -> None:
        super().__init__(heads)
        self._bias = np.ascontiguousarray(bias, np.float32)

    def _shift(self, scores: Array) -> None:
        length, longest = scores.shape[3], (self._bias.shape[1] + 1) // 2
        near = self._bias[:, longest - length : longest + length - 1]
        scores += sliding_window_view(near, length, axis=1)[:, ::-1]


def mpnet_buckets(longest: int) -> Array:
    """Return the bucket of every distance from 1 - N to N - 1, as T5 has them (Raffel et al. 2020), 16 each way.

    Distances below 8 have one each; from there on each begins sqrt(2) times as far as the one before, the last at 91.
    """
    distances = np.arange(1 - longest, longest)
    squares = 64 << np.arange(1, 8)  # compared in whole numbers: no logarithm to be rounded
    far = 8 + np.searchsorted(squares, distances**2, side="right")
    buckets: Array = np.where(abs(distances) < 8, abs(distances), far) + 16 * (distances > 0)
    return buckets
