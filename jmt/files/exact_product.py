"""A matrix product whose rows are the same bits whatever rows are computed with them, on every processor.

A library of linear algebra adds up the terms of a sum in an order that depends on how many rows there are and where
one stands among them.  Where no sum is ever rounded, the order cannot matter: inputs and weights are rounded to
multiples of two powers of two, so coarse that every sum of their products is a double-precision number, and so fine
that the result is about as good as in single precision.
"""

from __future__ import annotations

import numpy as np

from jmt.files.quantise import Array

_DIGITS = 53
"""Binary digits of a number in double precision."""


class ExactProduct:
    """x @ weight, of x (N, I) that reach no farther from zero than `largest`, and weight (I, O)."""

    def __init__(self, weight: Array, *, largest: float) -> None:
        heaviest = float(np.abs(weight).max(initial=0.0))
        digits = _DIGITS - len(weight).bit_length()  # those of one term, if the sum of I terms is to have room
        self._step = 2.0 ** (_exponent(largest) - digits // 2)
        grain = 2.0 ** (_exponent(heaviest) - (digits - digits // 2))
        self._weight = np.rint(weight.astype(np.float64) / grain) * (grain * self._step)

    def of(self, x: Array) -> Array:
        """Return (N, O), in single precision."""
        return (np.rint(x.astype(np.float64) / self._step) @ self._weight).astype(np.float32)


def _exponent(bound: float) -> int:
    """Return the smallest e with |x| < 2**e for all |x| <= bound."""
    return int(np.frexp(bound)[1])
