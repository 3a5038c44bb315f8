"""One vector for each sentence from the states of its words."""

from __future__ import annotations

import numpy as np

from jmt.files.quantise import Array


def max_pool(hidden: Array, lengths: Array) -> Array:
    """Return the element-wise maximum over the words of each sentence (eq. 4): (B, H) from (N, H) and (B,)."""
    return np.maximum.reduceat(hidden, np.cumsum(lengths) - lengths, axis=0)


def mean_pool(hidden: Array, lengths: Array) -> Array:
    """Return the mean over the words of each sentence: (B, H) from (N, H) and lengths (B,)."""
    sums: Array = np.add.reduceat(hidden, np.cumsum(lengths) - lengths, axis=0)
    return np.divide(sums, lengths[:, None], dtype=sums.dtype)
