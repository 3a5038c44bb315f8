"""Scores apart for known and unknown words, and for short and long sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from jmt.cascade.symbols.examples import GoldTree, TaskExamples, Words, labels_of_words
from jmt.cascade.symbols.values import Tree
from jmt.evaluation.evaluate import TaskResult
from jmt.evaluation.metrics import Accuracy, Attachment, Metric
from jmt.evaluation.metrics.spans import Span, Spans, SpanSets, spans_in

_LENGTH_BOUNDS = (0, 10, 20, 30, 40, sys.maxsize)
"""Sentences of 1-10 words, 11-20 and so on; the last bin is open."""


@dataclass(frozen=True, slots=True)
class Group:
    """The scores of a part of the examples, or of their words."""

    name: str
    scores: dict[str, float]
    """Those of the metric, and `count`."""


def by_length(metric: Metric[Any, Any], lengths: Sequence[int]) -> list[Group]:
    """Score examples of similar length apart; `lengths` is words per example (of a pair: of the longer sentence)."""
    statistics, words = metric.statistics(), np.asarray(lengths)
    groups = []
    for low, high in pairwise(_LENGTH_BOUNDS):
        inside = (words > low) & (words <= high)
        if inside.any():
            name = f"{low + 1}-{high} words" if high < sys.maxsize else f"over {low} words"
            groups.append(Group(name, _scores(metric, statistics[inside].sum(0))))
    return groups


def by_vocabulary(result: TaskResult, examples: TaskExamples, is_known: Callable[[str], bool]) -> list[Group]:
    """Score words that training saw apart from those that it did not.

    Spans count as unknown when one of their words is, pairs when a word of either sentence is.
    """
    groups = []
    for name, wanted in (("known words", True), ("unknown words", False)):
        part = _part(result, examples, is_known, wanted)
        if part is not None:
            groups.append(Group(name, part))
    return groups


def lengths_of(inputs: Sequence[Words] | Sequence[tuple[Words, Words]]) -> list[int]:
    """Return the number of words of every sentence; of a pair, that of its longer one."""
    return [max(map(len, item)) if isinstance(item, tuple) else len(item) for item in inputs]


def _scores(metric: Metric[Any, Any], sums: Any) -> dict[str, float]:
    scores = {name: float(value) for name, value in metric.scores(sums).items()}
    return {**scores, "count": int(sums[metric.columns.index(metric.count_column)])}


def _part(
    result: TaskResult, examples: TaskExamples, is_known: Callable[[str], bool], wanted: bool
) -> dict[str, float] | None:
    if not isinstance(result.metric, Accuracy | Attachment | Spans):
        chosen = [all(is_known(word) for row in rows_of(item) for word in row) == wanted for item in examples.inputs]
        sums = result.metric.statistics()[np.array(chosen, dtype=bool)].sum(0)
        return _scores(result.metric, sums) if any(chosen) else None
    part: Metric[Any, Any] = SpanSets() if isinstance(result.metric, Spans) else type(result.metric)()
    keep = {Accuracy: _some_labels, Attachment: _some_arcs, SpanSets: _some_spans}[type(part)]
    for words, gold, predicted in zip(examples.inputs, examples.gold, result.predictions, strict=True):
        told: Any = labels_of_words(gold)
        part.update(*keep(told, predicted, [is_known(word) for word in words], wanted))  # type: ignore[arg-type]
    found = part.result()
    return found if found["count"] else None


def rows_of(item: Words | tuple[Words, Words]) -> tuple[Words, ...]:
    """Return the sentences of an example: one, or the two of a pair."""
    return item if isinstance(item, tuple) else (item,)


def _some_labels(gold: Any, predicted: Any, known: list[bool], wanted: bool) -> tuple[list[str], list[str]]:
    return _chosen(labels_of_words(gold), known, wanted), _chosen(predicted, known, wanted)  # type: ignore[arg-type]


def _some_arcs(gold: GoldTree, predicted: Tree, known: list[bool], wanted: bool) -> tuple[GoldTree, Tree]:
    def part(tree: Tree) -> Tree:
        return Tree(_chosen(tree.head_ids, known, wanted), _chosen(tree.deprels, known, wanted))

    return GoldTree(part(gold.tree), gold.upos and _chosen(gold.upos, known, wanted)), part(predicted)


def _some_spans(gold: Any, predicted: Any, known: list[bool], wanted: bool) -> tuple[set[Span], set[Span]]:
    def part(labels: Any) -> set[Span]:
        return {span for span in spans_in(labels) if all(known[span[1] : span[2] + 1]) == wanted}

    return part(gold), part(predicted)


def _chosen(values: Sequence[Any], known: list[bool], wanted: bool) -> list[Any]:
    return [value for value, is_known in zip(values, known, strict=True) if is_known == wanted]
