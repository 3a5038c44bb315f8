"""One metric over runs of several seeds: the mean of its scores, as a function of counts per example.

With it the paired bootstrap compares two methods by all of their seeds at once, on the same resampled examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jmt.evaluation.metrics.base import Counts, Metric


class SeedMean(Metric[Any, Any]):
    """The mean over runs of what a metric makes of each run's counts."""

    def __init__(self, metric: Metric[Any, Any], runs: Sequence[Counts]) -> None:
        super().__init__()
        self.metric, self.runs = metric, list(runs)

    def statistics(self) -> Counts:
        """Return the counts of all runs beside each other: (examples, runs * columns).

        ValueError where runs were scored on different numbers of examples.
        """
        return np.concatenate(self.runs, axis=1)

    def scores(self, sums: Counts) -> dict[str, Counts]:
        """Return the mean of every score over the runs."""
        every = [self.metric.scores(part) for part in np.split(sums, len(self.runs), axis=-1)]
        return {name: np.mean([scores[name] for scores in every], axis=0) for name in every[0]}

    def _count(self, gold: Any, predicted: Any) -> tuple[float, ...]:
        raise TypeError("runs are counted one by one, by their own metric")
