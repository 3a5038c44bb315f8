"""Affine maps, and what follows them in hidden layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from jmt.files.quantise import Array


class Affine:
    """x W + b, of weights (O, I) and biases (O,) as torch names and lays them out."""

    def __init__(self, weights: Mapping[str, Array], name: str, *, most: int | None = None) -> None:
        self._weight = np.ascontiguousarray(weights[f"{name}.weight"][:most].T)  # (I, O), the first outputs alone
        self._bias = weights[f"{name}.bias"][:most]

    def __call__(self, values: Array) -> Array:
        """Return (..., O) from (..., I), to be written to."""
        mapped: Array = values @ self._weight
        mapped += self._bias
        return mapped


def relu(values: Array) -> Array:
    """Put 0 in the place of what is below it, and return the same array."""
    return np.maximum(values, 0, out=values)
