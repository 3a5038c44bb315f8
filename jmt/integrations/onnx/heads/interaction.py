"""Words become a vector per sentence; two sentences become features: each pooled by itself, or compared first."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Value
from jmt.integrations.onnx.operators import (
    affine,
    as_floats,
    concatenate,
    halves,
    largest,
    relu,
    softmax,
    total,
    transpose,
    unsqueeze,
    where,
)
from jmt.integrations.onnx.words import mask_of


def max_pool(hidden: Value) -> Value:
    """Return the element-wise maximum over the words of each sentence (eq. 4): (B, H) from (B, T, H)."""
    return largest(where(unsqueeze(mask_of(hidden), 2), hidden, -math.inf), 1)


def mean_pool(hidden: Value, lengths: Value) -> Value:
    """Return the mean over the words of each sentence: (B, H) from (B, T, H) and (B,)."""
    there = as_floats(unsqueeze(mask_of(hidden), 2))
    return total(hidden * there, 1) / unsqueeze(as_floats(lengths), 1)


def attend(hidden: Value, lengths: Value, weights: Mapping[str, Array]) -> Value:
    """Return (2P, 2K + H) of sentences whose words were compared with those of the other sentence of their pair.

    Parikh et al. 2016, Chen et al. 2017; `jmt.runtime.heads.interaction` says how.
    """
    align = weights["interaction.align.weight"].T
    views = hidden @ (align / np.float32(align.shape[1] ** 0.25))
    mask = as_floats(mask_of(hidden))
    others, theirs, there = (_turned(values) for values in (hidden, views, mask))
    affinity = views @ transpose(theirs, 0, 2, 1) + unsqueeze((there - 1.0) * 1e9, 1)
    aligned = softmax(affinity) @ others
    features = concatenate([hidden, aligned, hidden - aligned, hidden * aligned])
    compared = relu(affine(features, weights, "interaction.compare"))
    return concatenate([max_pool(compared), mean_pool(compared, lengths), mean_pool(hidden, lengths)])


def _turned(values: Value) -> Value:
    """Return second sentences before first ones."""
    first, second = halves(values)
    return concatenate([second, first], 0)
