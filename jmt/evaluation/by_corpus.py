"""The scores of a task on each of its corpora, beside those on all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate, pairwise

from jmt.cascade.symbols.examples import TaskExamples, labels_of_words
from jmt.evaluation.evaluate import TaskResult


def with_corpora(results: Mapping[str, TaskResult], every: Iterable[TaskExamples]) -> dict[str, TaskResult]:
    """Add to the results of tasks on several corpora the scores on each of them; others stay as they are."""
    return {
        examples.task: replace(results[examples.task], corpora=dict(_scores(results[examples.task], examples)))
        if len(examples.parts) > 1
        else results[examples.task]
        for examples in every
    }


def _scores(result: TaskResult, examples: TaskExamples) -> Iterator[tuple[str, dict[str, float]]]:
    edges = pairwise(accumulate((count for _, count in examples.parts), initial=0))
    for (name, _), (first, end) in zip(examples.parts, edges, strict=True):
        metric = type(result.metric)()
        for gold, predicted in zip(examples.gold[first:end], result.predictions[first:end], strict=True):
            metric.update(labels_of_words(gold), predicted)
        yield name, metric.result()
