"""Pareto dominance under uncertainty: better on one task at least and worse on none, by more than a tolerance.

Candidates are compared task by task; nothing is averaged over tasks.  With a tolerance dominance is not transitive, and
on three tasks or more candidates can dominate each other in a circle: the front may then be empty.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from scipy import stats

from jmt.cascade.kinds import sign_of
from jmt.experiments.ablation import Scores
from jmt.experiments.comparison import mean_over_seeds, paired_difference
from jmt.experiments.judging.intervals import CONFIDENCE, Interval

Column = tuple[str, str]
"""A task and the metric that speaks for it."""

Seeds = Mapping[int, Scores]
"""The scores of one candidate, by seed."""

_ROUNDING = 1e-12
"""What two numbers may differ by that are the same on paper, such as 0.902 - 0.9 and 0.002."""


class Gap(NamedTuple):
    """What one candidate has more than another on one task, turned so that more is better."""

    difference: float
    tolerance: float
    basis: Literal["paired seeds", "seeds", "fixed", "no spread"]
    """Where the tolerance is from: intervals over the seeds that both have, over those that each has, or given, for one
    seed or where seeds are all alike."""

    @property
    def better(self) -> bool:
        """Whether the first candidate is better."""
        return self.difference > self.tolerance + _ROUNDING

    @property
    def worse(self) -> bool:
        """Whether the first candidate is worse."""
        return self.turned().better

    def turned(self) -> Gap:
        """Return what the second candidate has more than the first."""
        return self._replace(difference=-self.difference)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Candidates compared pair by pair on all tasks."""

    columns: Sequence[Column]
    """Those that all candidates have."""
    tolerance: float
    """Where seeds do not say."""
    gaps: Mapping[tuple[str, str], Mapping[Column, Gap]]
    """Of every ordered pair of candidates."""
    dominators: Mapping[str, Sequence[str]]
    """Candidate to those that dominate it."""
    left_out: Sequence[Column] = ()
    """What some candidate lacks."""

    @property
    def front(self) -> list[str]:
        """The candidates that none dominates."""
        return [name for name, others in self.dominators.items() if not others]


def compare_candidates(candidates: Mapping[str, Seeds], columns: Sequence[Column], *, tolerance: float) -> Comparison:
    """Compare every candidate with every other, on the columns that all of them have.

    The tolerance serves pairs with fewer than two seeds on a side, and those whose seeds show no spread.
    """
    shared = [column for column in columns if all(_has(seeds, column) for seeds in candidates.values())]
    gaps: dict[tuple[str, str], dict[Column, Gap]] = {}
    for first, second in combinations(candidates, 2):
        found = {
            column: measure_gap(candidates[first], candidates[second], column, tolerance=tolerance) for column in shared
        }
        gaps[first, second] = found
        gaps[second, first] = {column: other.turned() for column, other in found.items()}
    dominators = {
        name: [other for other in candidates if other != name and dominates(gaps[other, name].values())]
        for name in candidates
    }
    return Comparison(shared, tolerance, gaps, dominators, [column for column in columns if column not in shared])


def _has(seeds: Seeds, column: Column) -> bool:
    """Whether all runs of a candidate have that score."""
    task, metric = column
    return all(metric in scores.get(task, ()) for scores in seeds.values())


def dominates(gaps: Collection[Gap]) -> bool:
    """Whether a candidate with these gaps to another is better somewhere and worse nowhere."""
    return any(gap.better for gap in gaps) and not any(gap.worse for gap in gaps)


def measure_gap(first: Seeds, second: Seeds, column: Column, *, tolerance: float) -> Gap:
    """Compare two candidates on one task: by pairs of runs with the same seed where there are two such pairs.

    Differences that are the same for all seeds say nothing about noise: one example in a few hundred does that, too.
    """
    task, metric = column
    sign = sign_of(metric)
    paired = paired_difference(first, second, task, metric)
    if paired is not None and math.isfinite(paired.half):
        return _of_interval(paired, sign, tolerance, "paired seeds")
    if len(first) > 1 and len(second) > 1:
        apart = welch(*([scores[task][metric] for scores in seeds.values()] for seeds in (first, second)))
        return _of_interval(apart, sign, tolerance, "seeds")
    return Gap(
        sign * (mean_over_seeds(first, task, metric).mean - mean_over_seeds(second, task, metric).mean),
        tolerance,
        "fixed",
    )


def _of_interval(found: Interval, sign: int, tolerance: float, basis: Literal["paired seeds", "seeds"]) -> Gap:
    """Return a gap whose tolerance is half an interval, or the given one where the interval has no width."""
    if found.half > _ROUNDING:
        return Gap(sign * found.mean, found.half, basis)
    return Gap(sign * found.mean, max(found.half, tolerance), "no spread")


def welch(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Return the difference of two means with Welch's 95 % interval; two values at least on each side."""
    middle = sum(first) / len(first) - sum(second) / len(second)
    if len(set(first)) == len(set(second)) == 1:
        return Interval(middle, 0.0)
    found = stats.ttest_ind(first, second, equal_var=False).confidence_interval(CONFIDENCE)
    return Interval(middle, (float(found.high) - float(found.low)) / 2)
