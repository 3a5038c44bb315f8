"""Cheap estimates of which task helps which, from one run of all tasks, and how they rank what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jmt.evaluation.metrics.grades import spearman

Key = TypeVar("Key")

Matrix = dict[tuple[str, str], float]
"""By main task and helper."""

_FEWEST = 3
"""Values that a rank correlation needs to be any."""


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """How an estimate ranks ordered pairs, compared with their measured gains."""

    spearman: float | None
    """Over all ordered pairs; None where there are too few, or all are the same."""
    within: float | None
    """The mean, over main tasks, of the correlation over that task's helpers."""
    pairs: int
    mains: int


def mean_cosines(steps: Sequence[Mapping[str, float]]) -> Matrix:
    """Return the mean cosine of two tasks' gradients on the shared parameters; helper and main are alike in it."""
    found = _means_of((pair, cosine) for step in steps for pair, cosine in step.items())
    forth = {(pair.partition("/")[0], pair.partition("/")[2]): cosine for pair, cosine in found.items()}
    return forth | {(second, first): cosine for (first, second), cosine in forth.items()}


def mean_affinities(steps: Sequence[Mapping[str, Mapping[str, float]]]) -> Matrix:
    """Return the mean lookahead affinity of a main task for a step of its helper."""
    return _means_of(
        ((main, helper), value)
        for step in steps
        for helper, felt in step.items()
        for main, value in felt.items()
        if main != helper
    )


def _means_of(values: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """Return the mean of the values of every key."""
    found: dict[Key, list[float]] = {}
    for key, value in values:
        found.setdefault(key, []).append(value)
    return {key: sum(of_key) / len(of_key) for key, of_key in found.items()}


def rank_correlation(
    estimate: Mapping[tuple[str, str], float], gains: Mapping[tuple[str, str], float]
) -> RankCorrelation:
    """Compare an estimate with the mean gains, where both are known."""
    pairs = [pair for pair in gains if pair in estimate]
    mains = list(dict.fromkeys(main for main, _ in pairs))
    inner = []
    for main in mains:
        own = [pair for pair in pairs if pair[0] == main]
        inner.append(ranked([estimate[pair] for pair in own], [gains[pair] for pair in own]))
    known = [value for value in inner if value is not None]
    return RankCorrelation(
        ranked([estimate[pair] for pair in pairs], [gains[pair] for pair in pairs]),
        sum(known) / len(known) if known else None,
        len(pairs),
        len(mains),
    )


def ranked(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation; None of too few values, or of ones that are all the same."""
    if len(first) < _FEWEST or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return spearman(first, second)
