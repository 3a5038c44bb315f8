"""Graded scores of sentences or pairs: mean squared error, Pearson's r and Spearman's rho."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from jmt.cascade.kinds import MEASURES
from jmt.cascade.symbols.values import Grade
from jmt.evaluation.metrics.base import Counts, Metric, safe_ratio

_FLAT = 1e-12
"""Relative variance below which values count as all the same."""


class Grades(Metric[float, "Grade | float"]):
    """Squared error and correlations of predicted with gold scores; one update is one example.

    A correlation with values that are all the same is reported as 0: such a prediction orders nothing.
    """

    columns = ("pairs", "gold", "predicted", "gold_squared", "predicted_squared", "product", "squared_error")
    count_column = "pairs"
    convention = "mean squared error in the corpus's range; Pearson's r; Spearman's rho with tied ranks averaged"
    headline = MEASURES["grade"].headline

    def __init__(self) -> None:
        super().__init__()
        self._pairs: list[tuple[float, float]] = []

    def absorb(self, other: Self) -> None:
        super().absorb(other)
        self._pairs += other._pairs

    def statistics(self) -> Counts:
        """Return the sums of every pair, of values moved to mean zero (which no score here notices)."""
        gold, predicted = self._values()
        error = (gold - predicted) ** 2
        gold, predicted = _centred(gold), _centred(predicted)
        columns = (np.ones_like(gold), gold, predicted, gold**2, predicted**2, gold * predicted, error)
        return np.stack(columns, axis=1)

    def result(self) -> dict[str, float]:
        gold, predicted = self._values()
        return {
            "mse": float(((gold - predicted) ** 2).mean()) if len(gold) else 0.0,
            "pearson": pearson(gold, predicted),
            "spearman": spearman(gold, predicted),
            "count": len(gold),
        }

    def scores(self, sums: Counts) -> dict[str, Counts]:
        """Return `mse` and `pearson`; ranks are no sums, so `spearman` is in `result` alone."""
        pairs, gold, predicted, gold_squared, predicted_squared, product, error = np.moveaxis(sums, -1, 0)
        gold_variance = _variance(pairs, gold, gold_squared)
        predicted_variance = _variance(pairs, predicted, predicted_squared)
        covariance = pairs * product - gold * predicted
        return {
            "mse": safe_ratio(error, pairs),
            "pearson": safe_ratio(covariance, np.sqrt(gold_variance * predicted_variance)),
        }

    def _count(self, gold: float, predicted: Grade | float) -> tuple[float, ...]:
        self._pairs.append((float(gold), predicted.score if isinstance(predicted, Grade) else float(predicted)))
        return ()

    def _values(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        pairs = np.array(self._pairs, dtype=np.float64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]


def pearson(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return Pearson's correlation in [-1, 1]; 0 where either side does not vary."""
    centred = [_centred(np.asarray(values, dtype=np.float64)) for values in (first, second)]
    norms = [float(np.sqrt((values**2).sum())) for values in centred]
    if not all(norms):
        return 0.0
    return float(np.clip(centred[0] @ centred[1] / (norms[0] * norms[1]), -1.0, 1.0))


def spearman(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return Spearman's rank correlation in [-1, 1]: Pearson's of the ranks, tied values sharing their mean rank."""
    return pearson(mean_ranks(first), mean_ranks(second))


def mean_ranks(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Rank values from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: npt.NDArray[np.float64] = (last - (counts - 1) / 2)[place]
    return ranks


def _centred(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Move to mean zero; values that differ by no more than rounding become exactly zero."""
    if not len(values):
        return values
    moved: npt.NDArray[np.float64] = values - values.mean()
    size = np.abs(values).max()
    return np.zeros_like(values) if np.abs(moved).max() <= _FLAT * size else moved


def _variance(pairs: Counts, total: Counts, squares: Counts) -> Counts:
    """Return pairs^2 times the variance, with rounding noise set to zero."""
    spread = pairs * squares - total**2
    return np.where(spread > _FLAT * np.maximum(pairs * squares, 1e-300), spread, 0.0)
