"""A mean over seeds, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from scipy import stats

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean with half the width of its interval, infinite where one value alone says nothing about the spread."""

    mean: float
    half: float

    @property
    def holds_zero(self) -> bool:
        """Whether the mean may as well be none: for a difference, that it is within noise."""
        return abs(self.mean) <= self.half


def student_interval(values: Sequence[float]) -> Interval:
    """Return the mean and the 95 % interval of Student's t over independent runs."""
    mean, count = sum(values) / len(values), len(values)
    if count == 1:
        return Interval(mean, math.inf)
    variance = sum((value - mean) ** 2 for value in values) / (count - 1)
    quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1))
    return Interval(mean, quantile * math.sqrt(variance / count))
