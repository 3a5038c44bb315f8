"""Five ways in which tasks can help each other, each shown on a linear model whose answer is known.

Caruana (1997) and Ruder (2017) name noise averaging, eavesdropping, attention focusing, representation bias and
regularisation.  Each is made to happen here, and measured beside its closed form: that a mechanism exists, not that it
is what made a gain elsewhere.
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


def representation_bias(generator: np.random.Generator, repetitions: int = _REPETITIONS) -> Shown:
    """Two features that are one in the examples of a task: which of them it is about, only the other tasks can tell.

    Alone, the shortest weights share the task out between both, and new examples, where they differ, show the error:
    1/2 + v/2, with v the variance of the slope.  The other tasks are about the first feature, and have examples that
    tell them apart: what they prefer is as wrong as least squares on all of their examples.
    """
    one = generator.standard_normal((repetitions, EXAMPLES, 1))
    noise = _NOISE * generator.standard_normal((repetitions, EXAMPLES))
    slope = _solve(one, one[:, :, 0] + noise)
    others = generator.standard_normal((repetitions, (TASKS - 1) * EXAMPLES, 2))
    preferred = _solve(others, others[:, :, 0] + _NOISE * generator.standard_normal(others.shape[:2]))
    first = np.array([1.0, 0.0])
    alone, together = (_squared_length(found - first) for found in (np.repeat(slope / 2, 2, axis=1), preferred))
    return Shown(
        "squared error of the weights",
        alone,
        0.5 + expected(EXAMPLES, 1) / 2,
        together,
        expected((TASKS - 1) * EXAMPLES, 2),
    )


def regularisation(generator: np.random.Generator, repetitions: int = _REPETITIONS) -> Shown:
    """Targets that are nothing but noise: weights that T tasks share can fit less of it (Baxter 2000).

    Least squares explains d of n dimensions, so the share of noise that is fitted, which measures how rich a family of
    functions is as Rademacher's complexity does, is d / n, and d / (T n) for what T tasks share.
    """

    def fitted(count: int) -> float:
        inputs = generator.standard_normal((repetitions, count, _FEATURES))
        noise = generator.standard_normal((repetitions, count))
        explained = np.einsum("rnd,rd->rn", inputs, _solve(inputs, noise))
        return float((np.square(explained).sum(axis=1) / np.square(noise).sum(axis=1)).mean())

    alone, together = fitted(EXAMPLES), fitted(TASKS * EXAMPLES)
    return Shown(
        "share of pure noise that is fitted", alone, _FEATURES / EXAMPLES, together, _FEATURES / (TASKS * EXAMPLES)
    )


MECHANISMS: Mapping[str, Callable[[np.random.Generator], Shown]] = {
    "noise averaging": noise_averaging,
    "eavesdropping": eavesdropping,
    "attention focusing": attention_focusing,
    "representation bias": representation_bias,
    "regularisation": regularisation,
}
