"""What each method has more or less than the tuned sum, task by task, and whether that is more than noise.

Two sources of noise are looked at apart: that between seeds (a t-interval of paired differences) and that of the dev
examples (a paired bootstrap of the mean over seeds).  The larger of the two p-values counts, so that a difference is
more than noise only where both say so; it is corrected for the number of comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from jmt.evaluation.bootstrap import Difference, paired_bootstrap
from jmt.evaluation.metrics import METRICS
from jmt.experiments.ablation import Cell, Scores
from jmt.experiments.cell_records import DevCounts, read_counts
from jmt.experiments.judging.holm import holm
from jmt.experiments.judging.intervals import Interval, student_interval
from jmt.experiments.judging.verdicts import ALPHA, t_test
from jmt.experiments.methods.seed_mean import SeedMean
from jmt.experiments.methods.variants import BASELINE
from jmt.training.selection import main_metric

SAMPLES = 10_000
"""Of the bootstrap: p-values so fine that a correction for dozens of comparisons leaves something."""

Results = Mapping[str, Mapping[int, Scores]]
"""Method to seed to scores."""


class Spread(NamedTuple):
    """Scores of several seeds."""

    mean: float
    deviation: float
    """The standard deviation of a sample; NaN of a single seed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A method's main metric of one task, minus that of the tuned sum."""

    method: str
    task: str
    metric: str
    seeds: int
    """That both have."""
    gain: Interval
    """Paired by seed."""
    examples: Difference | None
    """Of the mean over seeds, over resampled dev examples; None where runs left no counts of examples."""
    p_seeds: float
    """Of a t-test of the differences by seed; 1 of a single one."""
    adjusted: float = math.nan
    """p after Holm's correction over all effects of the comparison."""

    @property
    def p(self) -> float:
        """The larger p of the two, over examples and over seeds (an intersection-union test)."""
        return max(self.examples.p, self.p_seeds) if self.examples else self.p_seeds

    @property
    def is_open(self) -> bool:
        """Whether seeds or dev examples may as well have made the difference, given how many were looked at."""
        return self.gain.holds_zero or not self.adjusted <= ALPHA

    @property
    def verdict(self) -> str:
        """Say in words what the numbers show, and no more."""
        if self.is_open:
            return "open"
        return f"above {BASELINE}" if self.gain.mean > 0 else f"below {BASELINE}"


def effects_of(results: Results, cells: Sequence[Cell]) -> list[Effect]:
    """Return the effect of every method on every task, corrected for how many they are."""
    folders = {(cell.kind, cell.seed): cell.folder for cell in cells}
    counts = {
        (kind, seed): read_counts(folders[kind, seed])
        for kind, seeds in results.items()
        for seed in seeds
        if (kind, seed) in folders
    }
    effects = []
    for method, seeds in results.items():
        shared = [seed for seed in seeds if seed in results.get(BASELINE, {})]
        if method == BASELINE or not shared:
            continue
        for task, metric in scored_columns(results, cells):
            runs = [([counts[name, seed].get(task) for seed in shared]) for name in (BASELINE, method)]
            gains = [seeds[seed][task][metric] - results[BASELINE][seed][task][metric] for seed in shared]
            effects.append(effect(method, task, metric, gains, bootstrap(runs[0], runs[1], metric)))
    adjusted = holm({(one.method, one.task): one.p for one in effects})
    return [replace(one, adjusted=adjusted[one.method, one.task]) for one in effects]


def effect(method: str, task: str, metric: str, gains: Sequence[float], examples: Difference | None) -> Effect:
    """Put one effect together, not yet corrected."""
    return Effect(method, task, metric, len(gains), student_interval(gains), examples, t_test(gains))


def bootstrap(
    baseline: Sequence[DevCounts | None], method: Sequence[DevCounts | None], metric: str
) -> Difference | None:
    """Compare the means over seeds on resampled examples; None where a run has no counts of them."""
    known = [[counts for counts in runs if counts is not None] for runs in (baseline, method)]
    if len(known[0]) < len(baseline) or len(known[1]) < len(method):
        return None
    means = [SeedMean(METRICS[runs[0].metric](), [counts.rows for counts in runs]) for runs in known]
    return paired_bootstrap(means[0], means[1], samples=SAMPLES).get(metric)


def scored_columns(results: Results, cells: Sequence[Cell]) -> list[tuple[str, str]]:
    """Return the tasks that have dev scores, lowest level first, each with its main metric."""
    scores = next((scores for seeds in results.values() for scores in seeds.values()), {})
    heads = cells[0].config.model.tasks if cells else {}
    tasks = [task for task in sorted(heads, key=lambda task: heads[task].level) if scores.get(task)]
    return [(task, main_metric(heads[task].kind, scores[task])) for task in tasks]


def spread_over_seeds(seeds: Mapping[int, Scores], task: str, metric: str) -> Spread:
    """Return mean and standard deviation of a task over seeds."""
    return _spread_of([scores[task][metric] for scores in seeds.values()])


def _spread_of(values: Sequence[float]) -> Spread:
    """Return mean and standard deviation of values."""
    mean = sum(values) / len(values)
    if len(values) < 2:
        return Spread(mean, math.nan)
    return Spread(mean, math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1)))


def relative_change(
    results: Results, method: str, columns: Sequence[tuple[str, str]], *, base: str = BASELINE
) -> Interval | None:
    """Return Delta-m, the mean of `relative_changes` over seeds; None where there is none."""
    changes = relative_changes(results, method, columns, base=base)
    return student_interval(changes) if changes else None


def relative_changes(
    results: Results, method: str, columns: Sequence[tuple[str, str]], *, base: str = BASELINE
) -> list[float] | None:
    """Return the relative change over `base` in percent, averaged over its tasks, for every seed that both have.

    None where `base` has a score that is not above zero, relative to which nothing can be said.  Source: Maninis et
    al. (2019, eq. 4), where `base` are single tasks; all main metrics are better when higher.
    """
    changes = []
    for seed, scores in results.get(method, {}).items():
        before = results.get(base, {}).get(seed)
        if before is None:
            continue
        known = [(scores[task][metric], before[task][metric]) for task, metric in columns if task in before]
        if any(value <= 0 for _, value in known):
            return None
        if known:
            changes.append(100 * sum(value / other - 1 for value, other in known) / len(known))
    return changes
