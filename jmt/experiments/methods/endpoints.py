"""What each method is judged by: one number, named before anything runs.

Most methods are for all tasks alike: the mean over tasks.  Some are made for the task that is worst off: its score.
Both are in percent of what every task has by itself, where single tasks were trained, else of what the sum has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jmt.experiments.ablation import Scores
from jmt.experiments.judging.verdicts import Question
from jmt.experiments.methods.references import SINGLE
from jmt.experiments.methods.variants import BASELINE

MEAN, WORST = "mean over tasks, %", "worst task, %"

FOR_THE_WORST = ("mgda", "cagrad", "stch", "famo")
"""MGDA and CAGrad look for the direction in which the task that falls least falls most, STCH for the least of the
largest loss, FAMO for equal falls."""


def endpoint_of(method: str) -> str:
    """Return what a method is judged by."""
    return WORST if method in FOR_THE_WORST else MEAN


def questions_of(
    results: Mapping[str, Mapping[int, Scores]], methods: Sequence[str], columns: Sequence[tuple[str, str]]
) -> list[Question]:
    """Return what is asked of every method that has a seed with the sum in common.

    What is in `left_out` does not count.
    """
    bases = _reference_scores(results, columns)
    found = []
    for method in methods:
        endpoint = endpoint_of(method)
        differences = tuple(
            _value(scores, bases, endpoint) - _value(results[BASELINE][seed], bases, endpoint)
            for seed, scores in results.get(method, {}).items()
            if seed in results.get(BASELINE, {})
        )
        if method != BASELINE and differences and bases:
            found.append(Question(f"{method} - {BASELINE}", endpoint, differences))
    return found


def left_out(results: Mapping[str, Mapping[int, Scores]], columns: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the tasks and metrics whose reference is not above zero: nothing is a percentage of it."""
    return [column for column, mean in _reference_means(results, columns).items() if mean <= 0]


def _reference_scores(
    results: Mapping[str, Mapping[int, Scores]], columns: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], float]:
    """Return by task and metric the mean over seeds that scores are shares of, where it is above zero."""
    return {column: mean for column, mean in _reference_means(results, columns).items() if mean > 0}


def _reference_means(
    results: Mapping[str, Mapping[int, Scores]], columns: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], float]:
    """Return the mean over seeds of every task by itself, or of the sum."""
    base = results.get(SINGLE) or results.get(BASELINE, {})
    return {
        (task, metric): sum(scores[task][metric] for scores in base.values()) / len(base)
        for task, metric in columns
        if base and all(task in scores for scores in base.values())
    }


def _value(scores: Scores, bases: Mapping[tuple[str, str], float], endpoint: str) -> float:
    """Return the endpoint of one run, in percent."""
    shares = [100 * scores[task][metric] / base for (task, metric), base in bases.items()]
    return min(shares) if endpoint == WORST else sum(shares) / len(shares)
