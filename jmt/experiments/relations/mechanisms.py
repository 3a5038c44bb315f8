"""Three ways in which tasks can help each other, each shown on a linear model whose answer is known.

Caruana (1997) and Ruder (2017) name noise averaging, eavesdropping and attention focusing.  Each is made to happen
here, and measured beside its closed form: that a mechanism exists, not that it is what made a gain elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Reals = NDArray[np.floating]

_FEATURES = 10
EXAMPLES = 20
"""Of every task."""
TASKS = 5
_NOISE = 1.0
"""Standard deviation of the noise of the task that is to be helped."""
_REPETITIONS = 4000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a mechanism does to one task."""

    figure: str
    """What is measured."""
    alone: float
    alone_expected: float
    together: float
    together_expected: float


def noise_averaging(generator: np.random.Generator, repetitions: int = _REPETITIONS) -> Shown:
    """Tasks with the same weights and noise of their own: together they have T times the examples.

    The squared error of weights found by least squares is sigma^2 d / (n - d - 1) in expectation, inputs being normal.
    """

    def error(count: int) -> float:
        inputs = generator.standard_normal((repetitions, count, _FEATURES))
        noise = _NOISE * generator.standard_normal((repetitions, count))
        return _squared_length(_solve(inputs, noise))  # the true weights cancel

    alone, together = error(EXAMPLES), error(TASKS * EXAMPLES)
    return Shown("squared error of the weights", alone, expected(EXAMPLES), together, expected(TASKS * EXAMPLES))


def eavesdropping(generator: np.random.Generator, repetitions: int = _REPETITIONS) -> Shown:
    """A feature z = <u, x> that a noisy task needs and another one shows plainly: only its weight is left to learn.

    The other task's y is z itself, so that u is known to both; one number is then learned instead of d of them.
    """
    direction = np.ones(_FEATURES) / np.sqrt(_FEATURES)
    inputs = generator.standard_normal((repetitions, EXAMPLES, _FEATURES))
    shown = inputs @ direction
    noisy = 2.0 * shown + _NOISE * generator.standard_normal((repetitions, EXAMPLES))
    heard = _solve(inputs, shown)
    read = np.einsum("rnd,rd->rn", inputs, heard)
    scaled = ((read * noisy).sum(axis=1) / np.square(read).sum(axis=1))[:, None] * heard
    alone, together = (_squared_length(found - 2.0 * direction) for found in (_solve(inputs, noisy), scaled))
    return Shown("squared error of the weights", alone, expected(EXAMPLES), together, expected(EXAMPLES, 1))


def _solve(inputs: Reals, targets: Reals) -> Reals:
    """Return least-squares weights (R, d) of inputs (R, n, d) and targets (R, n)."""
    turned = inputs.transpose(0, 2, 1)
    weights: Reals = np.linalg.solve(turned @ inputs, turned @ targets[:, :, None])[:, :, 0]
    return weights


def _squared_length(vectors: Reals) -> float:
    """Return the mean squared length of vectors (R, d)."""
    return float(np.square(vectors).sum(axis=1).mean())


def expected(examples: int, features: int = _FEATURES) -> float:
    """Return the expected squared error of weights found by least squares."""
    return _NOISE**2 * features / (examples - features - 1)


def attention_focusing(generator: np.random.Generator, repetitions: int = _REPETITIONS) -> Shown:
    """Tasks that need the same few of many features: evidence for a feature adds up over tasks, that for noise less so.

    Inputs are orthogonal, so that a feature's evidence, the sum over tasks of its squared weight, is a chi-square of T
    degrees of freedom, shifted for a feature that is needed.
    """
    strength = 0.3
    shift = strength**2 * EXAMPLES / _NOISE**2

    def found(tasks: int) -> float:
        noise = _NOISE / np.sqrt(EXAMPLES) * generator.standard_normal((2, repetitions, tasks))
        needed, useless = np.square(strength + noise[0]).sum(axis=1), np.square(noise[1]).sum(axis=1)
        return float(np.mean(needed > useless))

    alone, together = (float(stats.ncf.sf(1, tasks, tasks, tasks * shift)) for tasks in (1, TASKS))
    return Shown("a needed feature ranked above a useless one", found(1), alone, found(TASKS), together)


MECHANISMS: Mapping[str, Callable[[np.random.Generator], Shown]] = {
    "noise averaging": noise_averaging,
    "eavesdropping": eavesdropping,
    "attention focusing": attention_focusing,
}
