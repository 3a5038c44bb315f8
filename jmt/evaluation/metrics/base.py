"""What every metric shares: one row of counts per example, and scores that are functions of their sums."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import ClassVar, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt

from jmt.evaluation.metrics.by_label import LabelCounts

Counts = npt.NDArray[np.float64]
GoldT = TypeVar("GoldT")
PredictedT = TypeVar("PredictedT")


class Metric(ABC, Generic[GoldT, PredictedT]):
    """Counts over examples, kept apart per example so that they can be resampled and split into groups."""

    columns: ClassVar[tuple[str, ...]]
    """Names of the counts of one example."""

    count_column: ClassVar[str]
    """Which of them is reported as `count`."""

    convention: ClassVar[str]
    """How it counts, in one line, to stand beside every figure."""

    headline: ClassVar[str]
    """The score to name where there is room for one."""

    mistakes_of: ClassVar[str] = "labels"
    """What `confusion` is about."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self.labels = LabelCounts()
        self.confusion: Counter[tuple[str, str]] = Counter()
        """How often a gold label (first) was answered by another or the same one (second)."""

    def update(self, gold: GoldT, predicted: PredictedT) -> None:
        """Add one example (a sentence or a pair); ValueError where the two do not have the same words."""
        self._rows.append(self._count(gold, predicted))

    def absorb(self, other: Self) -> None:
        """Add the examples of another metric of the same kind, which keeps its own."""
        self._rows += other._rows
        self.labels.absorb(other.labels)
        self.confusion.update(other.confusion)

    def __len__(self) -> int:
        return len(self._rows)

    def statistics(self) -> Counts:
        """Return the counts of every example: (examples, columns)."""
        return np.array(self._rows, dtype=np.float64).reshape(-1, len(self.columns))

    def result(self) -> dict[str, float]:
        """Return every score over all examples, and `count`."""
        sums = self.statistics().sum(0)
        scores = {name: float(value) for name, value in self.scores(sums).items()}
        return {**scores, "count": int(sums[self.columns.index(self.count_column)])}

    @abstractmethod
    def scores(self, sums: Counts) -> dict[str, Counts]:
        """Turn sums of counts (..., columns) into scores of shape (...)."""

    @abstractmethod
    def _count(self, gold: GoldT, predicted: PredictedT) -> tuple[float, ...]:
        """Count one example, and add to `labels` and `confusion`."""


def safe_ratio(part: Counts, whole: Counts) -> Counts:
    """Divide, giving 0 where there is nothing to divide by."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole != 0)


def check_same_length(gold: int, predicted: int) -> None:
    """Refuse a prediction for other words than the gold ones."""
    if gold != predicted:
        raise ValueError(f"{gold} gold words were answered by {predicted} predictions")
