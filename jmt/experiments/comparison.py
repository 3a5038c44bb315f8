"""Scores of several seeds as means with intervals, and differences between networks trained with the same seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from jmt.experiments.ablation import Scores
from jmt.experiments.judging.gate import OPEN_GATE, Gate, score_sign
from jmt.experiments.judging.intervals import CONFIDENCE, Interval, student_interval
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.judging.verdicts import Question
from jmt.experiments.unknown_words import UNKNOWN

_MEASURED = ("f1", "uas", "las", "pearson", "mse", "accuracy")
SHOWN = (*_MEASURED, *(f"{UNKNOWN} {metric}" for metric in _MEASURED))
"""Metrics that a comparison shows; of a task with F1 it leaves accuracy out."""

_GATE = (
    "The first rows are answers without a model: `majority`, the most frequent one, and `one feature`, the most "
    "frequent one beside the form of a word or, for a pair, how many words its sentences share. † marks what does not "
    "beat them: a difference between two so marked says nothing, and is not judged."
)

_ONE_SEED = "One seed says nothing about noise: every difference may be chance."

_ERROR = " An error (mse) is better when lower: there, what is below zero is a gain."

_UNKNOWN = f"`{UNKNOWN}`: of words, spans and pairs with a word that the task's training sentences do not have."


def columns(results: Mapping[str, Mapping[int, Scores]]) -> list[tuple[str, str]]:
    """Return the tasks and metrics to show, in the order in which they come."""
    found: dict[tuple[str, str], None] = {}
    for scores in (scores for seeds in results.values() for scores in seeds.values()):
        for task, metrics in scores.items():
            shown = [metric for metric in SHOWN if metric in metrics]
            found |= dict.fromkeys((task, metric) for metric in shown if metric != "accuracy" or "f1" not in metrics)
    return list(found)


def mean_over_seeds(seeds: Mapping[int, Scores], task: str, metric: str) -> Interval:
    """Return a metric of one kind over its seeds."""
    return student_interval([scores[task][metric] for scores in seeds.values()])


def paired_difference(
    first: Mapping[int, Scores], second: Mapping[int, Scores], task: str, metric: str
) -> Interval | None:
    """Return a metric of the first minus that of the second, paired by seed; None where they share none."""
    gains = _differences_by_seed(first, second, task, metric)
    return student_interval(list(gains.values())) if gains else None


def _differences_by_seed(
    first: Mapping[int, Scores], second: Mapping[int, Scores], task: str, metric: str
) -> dict[int, float]:
    """Return a metric of the first minus that of the second, of every seed in which both have it."""
    return {
        seed: first[seed][task][metric] - second[seed][task][metric]
        for seed in first
        if seed in second and all(metric in seeds[seed].get(task, ()) for seeds in (first, second))
    }


class Pair(NamedTuple):
    """Two kinds that are compared."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


Endpoints = Mapping[Pair, Sequence[tuple[str, str]]]
"""The tasks and metrics that each comparison is judged by."""


def compared_pairs(results: Mapping[str, Mapping[int, Scores]], further: Sequence[Pair] = ()) -> list[Pair]:
    """Return the first kind with each of the others, and what further pairs there are of those; all have ended."""
    first, *others = (kind for kind, seeds in results.items() if seeds)
    return [Pair(first, kind) for kind in others] + [pair for pair in further if set(pair) <= set(others)]


def questions_of(
    results: Mapping[str, Mapping[int, Scores]], endpoints: Endpoints, gate: Gate = OPEN_GATE
) -> list[Question]:
    """Return what is asked, where some seed has an answer and one of the two has learned its task."""
    return [question for question, learned in _candidates(results, endpoints, gate) if learned]


def unlearned(results: Mapping[str, Mapping[int, Scores]], endpoints: Endpoints, gate: Gate) -> list[str]:
    """Name the comparisons that are not asked, since neither side beats an answer without a model."""
    found = _candidates(results, endpoints, gate)
    return [f"{question.comparison} by {question.endpoint}" for question, learned in found if not learned]


def _candidates(
    results: Mapping[str, Mapping[int, Scores]], endpoints: Endpoints, gate: Gate
) -> list[tuple[Question, bool]]:
    """Return every question that some seed answers, and whether one of the two has learned its task."""
    found = []
    for pair, columns in endpoints.items():
        first, second = results.get(pair.first, {}), results.get(pair.second, {})
        for task, metric in columns:
            gains = _differences_by_seed(first, second, task, metric)
            if gains:
                scale, _ = unit_of(metric)
                values = tuple(score_sign(metric) * scale * gain for gain in gains.values())
                means = [sum(of[seed][task][metric] for seed in gains) / len(gains) for of in (first, second)]
                found.append((Question(str(pair), f"{task} {metric}", values), gate.passes(task, metric, *means)))
    return found


def unit_of(metric: str) -> tuple[float, int]:
    """Return what a difference is multiplied by to be shown, and its decimals: points, or the unit of an error."""
    return (1.0, 4) if score_sign(metric) < 0 else (100.0, 2)


def comparison_table(
    results: Mapping[str, Mapping[int, Scores]],
    minutes: Mapping[str, float],
    *,
    further: Sequence[Pair] = (),
    baselines: Mapping[str, Scores] = MappingProxyType({}),
) -> str:
    """Return Markdown: the score of every kind, then what the first kind has more than each of the others.

    `further` names pairs of other kinds whose differences are shown, too.  A task that a kind lacks stays empty.
    `baselines`, by name, stand in the first rows; what is not above all of them is marked.
    """
    ended = {kind: seeds for kind, seeds in results.items() if seeds}
    if not ended:
        return "No seed of any network has ended.\n"
    shown = columns(ended)
    header = [f"{task} {metric}" for task, metric in shown]
    scores: list[list[object]] = [
        [name, "", "", *(f"{of[task][metric]:.4f}" if metric in of.get(task, ()) else "" for task, metric in shown)]
        for name, of in baselines.items()
    ]
    scores += [
        [
            kind,
            len(seeds),
            f"{minutes[kind]:.1f}",
            *(_score(seeds, *column, Gate(baselines)) for column in shown),
        ]
        for kind, seeds in ended.items()
    ]
    gains = [
        [str(pair), *(_gain(ended[pair.first], ended[pair.second], *column) for column in shown)]
        for pair in compared_pairs(ended, further)
    ]
    text = [
        f"Dev scores after the last epoch: the mean over seeds ± half of its {CONFIDENCE:.0%} interval (Student's t)."
    ]
    text += [_ONE_SEED] if max(map(len, ended.values())) == 1 else []
    text += [_GATE] if baselines else []
    text += [_UNKNOWN] if any(metric.startswith(UNKNOWN) for _, metric in shown) else []
    text += ["", *markdown_table(["network", "seeds", "minutes a seed", *header], scores)]
    if gains:
        text += [
            "",
            "Differences in points, of errors in their own unit, paired by seed: for looking at. What they come to is "
            "said below." + (_ERROR if any(score_sign(metric) < 0 for _, metric in shown) else ""),
            "",
            *markdown_table(["difference", *header], gains),
        ]
    return "\n".join(text) + "\n"


def _score(seeds: Mapping[int, Scores], task: str, metric: str, gate: Gate) -> str:
    if not _has(seeds, task, metric):
        return ""
    value = mean_over_seeds(seeds, task, metric)
    half = f" ± {value.half:.4f}" if math.isfinite(value.half) else ""
    return f"{value.mean:.4f}{half}{gate.mark(task, metric, value.mean)}"


def _gain(first: Mapping[int, Scores], second: Mapping[int, Scores], task: str, metric: str) -> str:
    both = _has(first, task, metric) and _has(second, task, metric)
    value = paired_difference(first, second, task, metric) if both else None
    if value is None:
        return ""
    scale, digits = unit_of(metric)
    half = f" ± {scale * value.half:.{digits}f}" if math.isfinite(value.half) else ""
    return f"{scale * value.mean:+.{digits}f}{half}"


def _has(seeds: Mapping[int, Scores], task: str, metric: str) -> bool:
    return all(metric in scores.get(task, ()) for scores in seeds.values())
