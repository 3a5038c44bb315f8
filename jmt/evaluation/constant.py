"""Whether a model gives one answer to everything, so that its scores are those of that answer and not of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jmt.cascade.symbols.examples import Gold, GoldFeatures, GoldLemmas, GoldLinks, GoldTree
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged, Tree

_SAME_GRADE = 1e-3
"""Grades that differ by less, of ranges of some whole numbers, are one answer."""
_FEW = 2
"""Answers of which nothing can be said."""


def constant_answer(golds: Sequence[Gold], predictions: Sequence[Any]) -> str | None:
    """Say which one answer stands for all, and whether gold has it most often; None: there are several.

    `predictions` are labels, trees, grades or choices, an entry per example.  Where gold, too, has one label only, an
    answer that never changes is right.
    """
    grades = [prediction.score for prediction in predictions if isinstance(prediction, Grade)]
    if grades:
        told = [gold for gold in golds if isinstance(gold, float)]
        if len(grades) < _FEW or max(grades) - min(grades) >= _SAME_GRADE or len(set(told)) < _FEW:
            return None
        return f"every prediction is about {grades[0]:.2f}: there is nothing that could correlate with the gold scores"
    given, wanted = Counter(_labels(predictions)), Counter(_labels(golds))
    if len(given) != 1 or given.total() < _FEW or len(wanted) < _FEW:
        return None
    (label,) = given
    most, count = wanted.most_common(1)[0]
    which = ", the most frequent label of the data" if wanted[label] == count else f", the data has most often `{most}`"
    return f"every prediction is `{label}`{which}: the scores are those of this one answer, not of a model"


def _labels(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Choice):
            yield value.label
        elif isinstance(value, str):
            yield value
        elif isinstance(value, GoldTree | Parsed):
            yield from value.tree.deprels
        elif isinstance(value, Tree):
            yield from value.deprels
        elif isinstance(value, Tagged | GoldLemmas | GoldFeatures | GoldLinks):
            yield from value.labels
        else:
            yield from value
