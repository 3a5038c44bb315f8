"""Accuracy of one label per word."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.cascade.kinds import MEASURES
from jmt.evaluation.metrics.base import Counts, Metric, check_same_length, safe_ratio


class Accuracy(Metric[Sequence[str], Sequence[str]]):
    """Share of words whose label is right; one update is one sentence."""

    columns = ("words", "correct")
    count_column = "words"
    convention = "share of words whose label is right, punctuation counted"
    headline = MEASURES["tags"].headline

    def scores(self, sums: Counts) -> dict[str, Counts]:
        return {"accuracy": safe_ratio(sums[..., 1], sums[..., 0])}

    def _count(self, gold: Sequence[str], predicted: Sequence[str]) -> tuple[float, ...]:
        check_same_length(len(gold), len(predicted))
        right = [label for label, guess in zip(gold, predicted, strict=True) if label == guess]
        self.labels.gold.update(gold)
        self.labels.predicted.update(predicted)
        self.labels.correct.update(right)
        self.confusion.update(zip(gold, predicted, strict=True))
        return len(gold), len(right)
