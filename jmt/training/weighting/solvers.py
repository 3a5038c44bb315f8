"""Exact solutions of the small problems behind gradient methods, all of them functions of the Gram matrix alone.

G (T, T) holds the inner products of the gradients of T tasks, g_s . g_t; every row belongs to a task that reaches
the parameters in question.  Rows of zeros must be taken out before: a task that does not reach has no say.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar, nnls
from torch import Tensor

Array = npt.NDArray[np.float64]

_NO_LENGTH = 1e-6
"""Length, relative to that of the gradients, below which the shortest vector in their hull is none."""

_NEWTON_STEPS = 200
"""Far above what the damped Newton method of `nash` needs."""


def _factor(gram: Array) -> Array:
    """Return A (T, T) with A^T A = G, for a positive semi-definite G."""
    values, vectors = np.linalg.eigh(gram)
    root: Array = (vectors * np.sqrt(values.clip(0))).T
    return root


def min_norm(gram: Array) -> Array:
    """Return the weights a on the simplex with the smallest ||sum a_t g_t|| (Desideri 2012; eq. 3 of Sener 2018).

    With x = s a, the least of s^2 q + (s - 1)^2 over s is q / (1 + q), which grows with q = a^T G a: one non-negative
    least squares problem finds a exactly, where Frank and Wolfe's steps come near it at best.  Uniform where all
    gradients are zero.
    """
    count, trace = len(gram), float(np.trace(gram))
    if not trace > 0:
        return np.full(count, 1 / count)
    rows = _factor(gram * count / trace)
    solution, _ = nnls(np.vstack([rows, np.ones(count)]), np.append(np.zeros(count), 1.0))
    weights: Array = solution / solution.sum()
    return weights


def stationarity(gram: Tensor) -> float | None:
    """Return ||d|| / mean ||g_t|| in [0, 1], d the shortest vector in the hull of the gradients that are not zero.

    0: no step lowers every loss (Pareto stationary); None where no task has a gradient.
    """
    matrix = gram.numpy()
    norms = np.sqrt(np.diag(matrix).clip(0))
    present = norms > 0
    if not present.any():
        return None
    part = matrix[np.ix_(present, present)]
    weights = min_norm(part)
    return float(np.sqrt(max(weights @ part @ weights, 0.0)) / norms[present].mean())


def project_to_dual_cone(wishes: Array, gram: Array) -> Array:
    """Return the v >= u with the smallest v^T G v, u a row of `wishes` (..., T): sum v_t g_t conflicts with none.

    It is the projection of sum u_t g_t onto the directions d with g_t . d >= 0 for all t (proposition 1 of Quinton and
    Rey 2024).  Gradients are brought to length 1 first: without, those that differ much in length lose all digits.
    """
    lengths = np.sqrt(np.diag(gram))
    rows = _factor(gram / np.outer(lengths, lengths))
    projected: Array = np.apply_along_axis(lambda wish: wish + nnls(rows, -rows @ wish)[0], -1, wishes * lengths)
    return projected / lengths


def nash(gram: Array) -> Array:
    """Return the a > 0 with a_t (G a)_t = 1, the bargain of Nash (eq. 2 of Navon et al. 2022).

    It is the minimum of a^T G a / 2 - sum log a, which is strictly convex: Newton's method, damped to stay positive.
    There is none where some sum of the gradients with weights >= 0 is zero (no step serves all tasks, and the more of
    it, the better the bargain looks): then the weights of the shortest vector are returned, under which nothing moves.
    """
    scale = np.sqrt(np.diag(gram))
    unit = gram / np.outer(scale, scale)
    shortest = min_norm(unit)
    if shortest @ unit @ shortest < _NO_LENGTH**2:
        return min_norm(gram)
    weights = np.full(len(gram), 1 / np.sqrt(len(gram)))

    def value(point: Array) -> float:
        return float(point @ unit @ point / 2 - np.log(point).sum())

    for _ in range(_NEWTON_STEPS):
        gradient = unit @ weights - 1 / weights
        step = np.linalg.solve(unit + np.diag(weights**-2.0), -gradient)
        decrement = float(-gradient @ step)
        if decrement < 1e-24:
            break
        length = min(1.0, 0.99 * float(np.min(np.where(step < 0, -weights / np.minimum(step, -1e-300), np.inf))))
        while value(weights + length * step) > value(weights) - 0.25 * length * decrement and length > 1e-12:
            length /= 2
        weights = weights + length * step
    solution: Array = weights / scale
    return solution


def conflict_averse(gram: Array, radius: float) -> Array:
    """Return the weights of the direction that serves the worst task best near the mean (CAGrad: Liu et al. 2021).

    d = g_0 + radius ||g_0|| g_w / ||g_w|| where w on the simplex has the least g_w . g_0 + radius ||g_0|| ||g_w||
    (eq. 4).  With ||x|| = min over e of (||x||^2 / e + e) / 2, w is for every e a point nearest to the hull of shifted
    gradients, which `min_norm` finds; what is left is a search over one number, e.
    """
    count = len(gram)
    mean = np.full(count, 1 / count)
    length = float(np.sqrt(max(mean @ gram @ mean, 0.0)))  # ||g_0||
    reach = radius * length
    if not reach > 0:
        return mean

    def nearest(log_e: float) -> Array:
        shift = np.exp(log_e) / reach
        cross = gram @ mean
        shifted = gram + shift * (cross[:, None] + cross[None, :]) + shift**2 * length**2
        return min_norm(shifted)

    def norm(weights: Array) -> float:
        return float(np.sqrt(np.maximum(weights @ gram @ weights, 0.0)))

    def cost(log_e: float) -> float:  # convex in e
        weights, e = nearest(log_e), float(np.exp(log_e))
        return float(weights @ gram @ mean) + reach * (norm(weights) ** 2 / e + e) / 2

    largest = float(np.diag(gram).max()) ** 0.5
    found = minimize_scalar(
        cost, bounds=(np.log(largest) - 25, np.log(largest) + 5), method="bounded", options={"xatol": 1e-10}
    )
    weights = nearest(float(found.x))
    if norm(weights) < 1e-9 * largest:
        return mean  # nothing serves all tasks: the mean is what this method falls back on
    direction: Array = mean + reach / norm(weights) * weights
    return direction
