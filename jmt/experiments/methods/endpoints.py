"""What each method is judged by: one number, named before anything runs.

Most methods are for all tasks alike: the mean over tasks.  Some are made for the task that is worst off: its score.
Both are in percent of what every task has by itself, where single tasks were trained, else of what the sum has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jmt.experiments.ablation import Scores
from jmt.experiments.judging.gate import OPEN_GATE, Gate
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


@dataclass(frozen=True, slots=True)
class Reference:
    """What scores are percentages of: those of every task by itself, else of the sum, the means over seeds."""

    by_itself: bool
    """Whether single tasks were trained."""
    scores: Mapping[tuple[str, str], float]
    """By task and metric; empty while runs are missing."""
    left_out: tuple[tuple[str, str], ...]
    """Where it has not learned the task: nothing is a percentage of that."""


def reference_of(
    results: Mapping[str, Mapping[int, Scores]],
    columns: Sequence[tuple[str, str]],
    gate: Gate = OPEN_GATE,
    *,
    waiting: bool = False,
) -> Reference:
    """Return what methods are measured by; while it waits for runs, all is left open."""
    by_itself = bool(results.get(SINGLE))
    base = {} if waiting else results.get(SINGLE) or results.get(BASELINE, {})
    means = {
        (task, metric): sum(scores[task][metric] for scores in base.values()) / len(base)
        for task, metric in columns
        if base and all(task in scores for scores in base.values())
    }
    learned = {column: mean for column, mean in means.items() if mean > 0 and gate.passes(*column, mean)}
    return Reference(by_itself, learned, tuple(column for column in means if column not in learned))


def questions_of(
    results: Mapping[str, Mapping[int, Scores]], methods: Sequence[str], reference: Reference
) -> list[Question]:
    """Return what is asked of every method that has a seed with the sum in common, on the tasks of the reference."""
    bases = reference.scores
    found = []
    for method in methods:
        endpoint = endpoint_of(method)
        differences = tuple(
            _value(scores, bases, endpoint) - _value(results[BASELINE][seed], bases, endpoint)
            for seed, scores in results.get(method, {}).items()
            if bases and seed in results.get(BASELINE, {})
        )
        if method != BASELINE and differences:
            found.append(Question(f"{method} - {BASELINE}", _named(endpoint, reference), differences))
    return found


def _named(endpoint: str, reference: Reference) -> str:
    """Name an endpoint; where tasks are left out, with how many count."""
    if not reference.left_out:
        return endpoint
    count = len(reference.scores)
    return endpoint.replace(", %", f", {count} of {count + len(reference.left_out)}, %")


def _value(scores: Scores, bases: Mapping[tuple[str, str], float], endpoint: str) -> float:
    """Return the endpoint of one run, in percent."""
    shares = [100 * scores[task][metric] / base for (task, metric), base in bases.items()]
    return min(shares) if endpoint == WORST else sum(shares) / len(shares)
