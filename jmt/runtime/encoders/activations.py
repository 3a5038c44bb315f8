"""Activations between the two products of a block, in place, a stretch that fits a processor's cache at a time.

All but one are x / 2 (1 + tanh(p(x))) with an odd polynomial p.  It is computed as u (1 + tanh(u q(u^2))) of u = s x,
with s such that q begins with 1; s, and 2 s in the result, are multiplied into the weights before and after.
"""

from __future__ import annotations

import math

import numpy as np

from jmt.files.quantise import Array

_STRETCH = 32_768
"""Numbers that are worked on at a time."""


class Gate:
    """f(x) = x / 2 (1 + tanh(p(x))), p(x) = c_0 x + c_1 x^3 + c_2 x^5 ...

    `before` is what the argument has to be multiplied by, `after` what the result has to be.
    """

    def __init__(self, *coefficients: float) -> None:
        highest = len(coefficients) - 1
        self.before = coefficients[-1] ** (1 / (2 * highest + 1))
        self.after = 1 / (2 * self.before)
        scaled = [value / self.before ** (2 * power + 1) for power, value in enumerate(coefficients)]
        self._lower = [np.float32(value) for value in reversed(scaled[:highest])]

    def apply(self, values: Array, bias: Array) -> None:
        """Put f(before (x + b)) / after in the place of before x, (n, I), given before b, (I,)."""
        rows = max(1, _STRETCH // values.shape[1])
        squares, sums = np.empty((2, rows, values.shape[1]), np.float32)
        for first in range(0, len(values), rows):
            u = values[first : first + rows]
            square, total = squares[: len(u)], sums[: len(u)]
            u += bias
            inner = u
            if self._lower:
                np.square(u, out=square)
                np.add(square, self._lower[0], out=total)
                for coefficient in self._lower[1:]:
                    total *= square
                    total += coefficient
                total *= u
                inner = total
            np.tanh(inner, out=total)
            total += np.float32(1)
            u *= total


class Rectifier:
    """max(x, 0)."""

    before = after = 1.0

    def apply(self, values: Array, bias: Array) -> None:
        """Put max(x + b, 0) in the place of x."""
        values += bias
        np.maximum(values, np.float32(0), out=values)


_TANH = math.sqrt(2 / math.pi)
_BY_ERF = Gate(  # |error| < 1e-7 of any x, before rounding: 2 p(x) = log(Phi(x) / Phi(-x)), fitted where it matters
    7.97884270e-01,
    3.63341492e-02,
    -3.30267725e-05,
    -5.52733655e-05,
    3.97406788e-06,
    -1.33783026e-07,
    1.81392348e-09,
)
_BY_TANH = Gate(_TANH, _TANH * 0.044715)

ACTIVATIONS: dict[str, Gate | Rectifier] = {
    "gelu": _BY_ERF,
    "gelu_python": _BY_ERF,
    "gelu_new": _BY_TANH,
    "gelu_fast": _BY_TANH,
    "gelu_pytorch_tanh": _BY_TANH,
    "quick_gelu": Gate(1.702 / 2),
    "silu": Gate(0.5),
    "relu": Rectifier(),
}
"""By the name that a pretrained encoder's configuration gives them."""
