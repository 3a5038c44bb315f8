"""Is the difference between two models more than the luck of the examples?  A paired bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jmt.evaluation.metrics.base import Metric

_BLOCK = 64
"""Samples drawn at a time: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A score of the second model minus that of the first.

    `low`, `high`: the middle 95 % of the differences over resampled examples; `p`: two-sided, the share of samples
    in which the difference is gone or turned, doubled.
    """

    difference: float
    low: float
    high: float
    p: float


def paired_bootstrap(
    first: Metric[Any, Any], second: Metric[Any, Any], *, samples: int = 1000, seed: int = 1
) -> dict[str, Difference]:
    """Compare two models on the same examples by drawing these again, with replacement.

    Both metrics must have been updated with the same examples in the same order (ValueError otherwise).  Returns one
    `Difference` for each score that is a function of sums.  Source: Efron and Tibshirani (1993, chapter 16); Koehn
    (2004), here with both models scored on the same samples.
    """
    statistics = (first.statistics(), second.statistics())
    examples = len(statistics[0])
    if len(statistics[1]) != examples:
        raise ValueError(f"models were scored on {examples} and {len(statistics[1])} examples; both need the same ones")
    if not examples:
        return {}
    drawn: dict[str, list[npt.NDArray[np.float64]]] = {}
    generator = np.random.default_rng(seed)
    for start in range(0, samples, _BLOCK):
        size = min(_BLOCK, samples - start)
        times = generator.multinomial(examples, np.full(examples, 1 / examples), size=size).astype(np.float64)
        for name, difference in _differences(first, second, [times @ counts for counts in statistics]).items():
            drawn.setdefault(name, []).append(difference)
    observed = _differences(first, second, [counts.sum(0) for counts in statistics])
    return {name: _summary(float(observed[name]), np.concatenate(parts)) for name, parts in drawn.items()}


def _differences(
    first: Metric[Any, Any], second: Metric[Any, Any], sums: list[npt.NDArray[np.float64]]
) -> dict[str, npt.NDArray[np.float64]]:
    scores, other = first.scores(sums[0]), second.scores(sums[1])
    return {name: other[name] - scores[name] for name in scores if name in other}


def _summary(observed: float, drawn: npt.NDArray[np.float64]) -> Difference:
    low, high = np.quantile(drawn, [0.025, 0.975])
    turned = (1 + min((drawn <= 0).sum(), (drawn >= 0).sum())) / (1 + len(drawn))  # never 0: samples are finite
    return Difference(observed, float(low), float(high), float(min(1.0, 2 * turned)))
