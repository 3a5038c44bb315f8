"""One temperature per task, by which its confidences come true (Guo, Pleiss, Sun and Weinberger 2017).

Guo et al. minimise the negative log-likelihood of the gold labels.  What users see of a word is the probability of its
prediction alone, and gold may be no label of the model at all; so it is the likelihood of having been right or wrong
that counts here.  Of two classes both are the same.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Protocol, Self

import numpy as np

from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.calibration.judged import Judged, judge
from jmt.evaluation.evaluate import Predicts

_MOST_EXAMPLES = 1_000
"""Sentences or pairs of a task that are looked at: one number needs no more."""

FEWEST = 100
"""Predictions without which nothing can be said about a task."""

_LOWEST, _HIGHEST = 1 / 5, 5.0
"""Between which the temperature lies."""

_ROUNDS = 10
"""Each makes the interval that holds it smaller by the golden ratio: at last to 4 % of the temperature."""

_LEAST = 1e-6
"""What a probability is from 0 and 1 where its logarithm is taken."""


class Tempered(Predicts, Protocol):
    """What calibrating asks of a `jmt.cascade.prediction.Predictor`."""

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Self: ...


@dataclass(frozen=True, slots=True)
class Fitted:
    """The temperature of a task, and what it changes on the predictions that it was fitted to."""

    temperature: float
    before: Judged
    """At 1."""
    after: Judged


def fit_temperatures(predictor: Tempered, every: Iterable[TaskExamples]) -> dict[str, Fitted]:
    """Find the temperature of every task that has confidences, and enough predictions to tell.

    All tasks are predicted in each of some ten rounds, at other temperatures: by a predictor that remembers scores, in
    the time of one round (`jmt.evaluation.calibration.remembering`).  A task keeps 1 where none is
    better; `every` has the examples of a split that training did not see.
    """
    some = [_thinned(examples) for examples in every]
    found = judge(predictor.at_temperatures({}), some)
    before = {task: judged for task, judged in found.items() if len(judged) >= FEWEST}
    some = [examples for examples in some if examples.task in before]
    best = {task: Fitted(1.0, judged, judged) for task, judged in before.items()}
    searches = {task: _golden_section(math.log(_LOWEST), math.log(_HIGHEST)) for task in before}
    points = {task: next(search) for task, search in searches.items()}
    for _ in range(_ROUNDS if before else 0):
        temperatures = {task: math.exp(point) for task, point in points.items()}
        for task, judged in judge(predictor.at_temperatures(temperatures), some).items():
            loss = _loss(judged)
            if loss < _loss(best[task].after):
                best[task] = Fitted(temperatures[task], before[task], judged)
            points[task] = searches[task].send(loss)
    return best


def _loss(judged: Judged) -> float:
    """Return the mean negative log-likelihood of being right or wrong, neither of which is ever quite certain.

    One imagined right and one wrong prediction keep a handful of errors from meaning certainty (Platt 1999).
    """
    right = int(judged.right.sum())
    wrong = len(judged) - right
    targets = np.where(judged.right, (right + 1) / (right + 2), 1 / (wrong + 2))
    sure = np.clip(judged.confidences, _LEAST, 1 - _LEAST)
    return float(-(targets * np.log(sure) + (1 - targets) * np.log1p(-sure)).mean())


def _golden_section(low: float, high: float) -> Generator[float, float, None]:
    """Yield points of an interval, to be sent the value at each, ever nearer to where it is least (Kiefer 1953)."""
    share = (math.sqrt(5) - 1) / 2
    lower, upper = high - share * (high - low), low + share * (high - low)
    at_lower, at_upper = (yield lower), (yield upper)
    while True:
        if at_lower < at_upper:
            high, upper, at_upper = upper, lower, at_lower
            lower = high - share * (high - low)
            at_lower = yield lower
        else:
            low, lower, at_lower = lower, upper, at_upper
            upper = low + share * (high - low)
            at_upper = yield upper


def _thinned(examples: TaskExamples) -> TaskExamples:
    """Return no more examples than are looked at, evenly from the first to the last."""
    step = math.ceil(len(examples) / _MOST_EXAMPLES)
    if step <= 1:
        return examples
    edges: Sequence[tuple[int, int]] = list(pairwise(accumulate((count for _, count in examples.parts), initial=0)))
    places = range(0, len(examples), step)
    return replace(
        examples,
        inputs=[examples.inputs[place] for place in places],  # type: ignore[arg-type]
        gold=[examples.gold[place] for place in places],
        lines=[],
        parts=tuple(
            (name, sum(first <= place < end for place in places))
            for (name, _), (first, end) in zip(examples.parts, edges, strict=True)
        ),
    )
