"""Scores of several seeds as means with intervals, and differences between networks trained with the same seeds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from scipy import stats

from jmt.cascade.kinds import ERRORS
from jmt.experiments.ablation import Scores

SHOWN = ("f1", "uas", "las", "pearson", "mse", "accuracy")
"""Metrics that a comparison shows; of a task with F1 it leaves accuracy out."""

CONFIDENCE = 0.95

_GATE = (
    "The first rows are answers without a model: `majority`, the most frequent one, and `one feature`, the most "
    "frequent one beside the form of a word or, for a pair, how many words its sentences share. † marks what does not "
    "beat them: no difference in such a column says anything."
)


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
    shared = [seed for seed in first if seed in second]
    return (
        student_interval([first[seed][task][metric] - second[seed][task][metric] for seed in shared])
        if shared
        else None
    )


def comparison_table(
    results: Mapping[str, Mapping[int, Scores]],
    minutes: Mapping[str, float],
    *,
    further: Sequence[tuple[str, str]] = (),
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
        [name, "", "", *(f"{of[task][metric]:.4f}" if task in of else "" for task, metric in shown)]
        for name, of in baselines.items()
    ]
    scores += [
        [
            kind,
            len(seeds),
            f"{minutes[kind]:.1f}",
            *(_score(seeds, *column) + _gate(seeds, *column, baselines) for column in shown),
        ]
        for kind, seeds in ended.items()
    ]
    first, *others = ended
    pairs = [(first, kind) for kind in others] + [pair for pair in further if set(pair) <= set(others)]
    gains = [
        [f"{one} - {other}", *(_gain(ended[one], ended[other], *column) for column in shown)] for one, other in pairs
    ]
    text = ["Dev scores after the last epoch: the mean over seeds, and half of its 95 % interval (Student's t)."]
    text += [_GATE] if baselines else []
    text += ["", *markdown_table(["network", "seeds", "minutes a seed", *header], scores)]
    if gains:
        text += [
            "",
            "Differences in points, of errors in their own unit, paired by seed; `~` marks what is within noise: its "
            "interval holds zero.",
        ]
        text += ["", *markdown_table(["difference", *header], gains)]
    return "\n".join(text) + "\n"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a Markdown table, numbers to the right of a first column of names."""
    aligned = ["---", *["---:"] * (len(header) - 1)]
    return [f"| {' | '.join(map(str, row))} |" for row in (header, aligned, *rows)]


def _score(seeds: Mapping[int, Scores], task: str, metric: str) -> str:
    if not _has(seeds, task):
        return ""
    value = mean_over_seeds(seeds, task, metric)
    return f"{value.mean:.4f}" + (f" ± {value.half:.4f}" if math.isfinite(value.half) else "")


def _gate(seeds: Mapping[int, Scores], task: str, metric: str, baselines: Mapping[str, Scores]) -> str:
    """Return the mark of a score that some answer without a model reaches."""
    if not _has(seeds, task):
        return ""
    sign = -1 if metric in ERRORS else 1
    known = [sign * of[task][metric] for of in baselines.values() if task in of]
    return " †" if known and sign * mean_over_seeds(seeds, task, metric).mean <= max(known) else ""


def _gain(first: Mapping[int, Scores], second: Mapping[int, Scores], task: str, metric: str) -> str:
    value = paired_difference(first, second, task, metric) if _has(first, task) and _has(second, task) else None
    if value is None:
        return ""
    scale, digits = (1, 4) if metric in ERRORS else (100, 2)
    half = f" ± {scale * value.half:.{digits}f}" if math.isfinite(value.half) else ""
    return f"{scale * value.mean:+.{digits}f}{half}" + (" ~" if value.holds_zero else "")


def _has(seeds: Mapping[int, Scores], task: str) -> bool:
    return all(task in scores for scores in seeds.values())
