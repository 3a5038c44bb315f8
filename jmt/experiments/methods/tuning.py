"""The learning rate of one variant, chosen on a grid: the one whose tasks rank best on dev, none counting double."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jmt.errors import ConfigError
from jmt.evaluation.metrics.grades import mean_ranks

HOW = (
    "Per task the rates of a method are ranked by the task's main metric on dev after the last epoch of one run each "
    "(1: best; equals share the mean of their ranks); the rate with the lowest mean rank over tasks is taken, of "
    "equals the one nearest to the configuration's, then the lower one. A rate whose run diverged is last on "
    "every task."
)
"""What a report says about the choice."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a grid of rates came to."""

    ranks: Mapping[float, float]
    """Factor of the configuration's learning rate to its mean rank over tasks; empty where one rate was given."""
    diverged: tuple[float, ...]
    """Factors whose runs diverged."""
    best: float | None
    """The factor chosen; None where all diverged."""

    @property
    def at_edge(self) -> bool:
        """Whether a wider grid might hold a better rate: the best one is its smallest or its largest."""
        return len(self.ranks) > 1 and self.best in (min(self.ranks), max(self.ranks))


def beyond(rates: Sequence[float], best: float) -> float:
    """Return the rate that follows on a grid beyond its end `best`, as far from it as its neighbour is."""
    first, *_, last = sorted(rates)
    if best == first:
        return first * first / sorted(rates)[1]
    return last * last / sorted(rates)[-2]


def read_rates(text: str, option: str = "--rates") -> list[float]:
    """Read a grid, factors of a learning rate, from `0.5,1,2`.

    Raises:
        ConfigError: not a list of different numbers above zero.
    """
    try:
        rates = [float(part) for part in text.split(",")]
    except ValueError:
        rates = []
    usable = all(math.isfinite(rate) and rate > 0 for rate in rates)
    if not rates or not usable or len({f"{rate:g}" for rate in rates}) < len(rates):
        raise ConfigError(f"{option} {text}: different numbers above 0 are needed, as in 0.5,1,2")
    return sorted(rates)


def tune(scores: Mapping[float, Mapping[str, float] | None]) -> Tuned:
    """Choose among factors from the tasks' main metrics, higher is better; None stands for a run that diverged.

    Raises:
        ConfigError: there is no task with a dev score.
    """
    ended = {factor: found for factor, found in scores.items() if found is not None}
    diverged = tuple(factor for factor in scores if factor not in ended)
    if not ended:
        return Tuned({}, diverged, None)
    tasks = list(next(iter(ended.values())))
    if not tasks:
        raise ConfigError("no task has a dev split, so there are no scores to tune a learning rate by: add one")
    ranks: dict[float, list[float]] = {factor: [] for factor in scores}
    for task in tasks:
        values = [scored[task] if (scored := scores[factor]) is not None else -math.inf for factor in ranks]
        for factor, rank in zip(ranks, ranked(values), strict=True):
            ranks[factor].append(rank)
    mean = {factor: sum(found) / len(found) for factor, found in ranks.items()}
    best = min(ended, key=lambda factor: (mean[factor], round(abs(math.log(factor)), 9), factor))
    return Tuned(mean, diverged, best)


def ranked(values: Sequence[float]) -> list[float]:
    """Rank values, the highest first; equal ones share the mean of their ranks, and what is no number is last."""
    ranks: list[float] = mean_ranks([math.inf if math.isnan(value) else -value for value in values]).tolist()
    return ranks
