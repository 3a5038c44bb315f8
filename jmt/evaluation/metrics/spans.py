"""Precision, recall and F1 of labelled spans, as conlleval counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

from seqeval.metrics.sequence_labeling import get_entities

from jmt.cascade.kinds import MEASURES
from jmt.evaluation.metrics.base import Counts, Metric, check_same_length, safe_ratio

NO_SPAN = "(none)"
"""Stands in the confusion for a span that the other side does not have."""


Span = tuple[str, int, int]
"""Type, first and last position."""


class SpanSets(Metric[Set[Span], Set[Span]]):
    """Micro-averaged scores of whole spans, both boundaries and the type right; one update is one sentence.

    Positions are words or characters, as long as gold and predicted spans have the same ones.
    """

    columns = ("gold", "predicted", "correct")
    count_column = "gold"
    convention = "whole spans by their characters, micro-averaged"
    headline = MEASURES["spans"].headline
    mistakes_of = "spans of the same words"

    def scores(self, sums: Counts) -> dict[str, Counts]:
        return span_scores(sums)

    def _count(self, gold: Set[Span], predicted: Set[Span]) -> tuple[float, ...]:
        right = gold & predicted
        for counter, spans in (
            (self.labels.gold, gold),
            (self.labels.predicted, predicted),
            (self.labels.correct, right),
        ):
            counter.update(kind for kind, _, _ in spans)
        self.confusion.update(_confusion(gold, predicted))
        return len(gold), len(predicted), len(right)


class Spans(Metric[Sequence[str], Sequence[str]]):
    """The same for sentences of IOB2 labels.

    seqeval finds the spans, in its default mode: as in conlleval, an `I-` after `O` or after another type starts a
    span.  (Its strict mode would drop such spans and give other figures.)
    """

    columns = SpanSets.columns
    count_column = SpanSets.count_column
    convention = "conlleval: whole spans, micro-averaged (seqeval in its default mode on IOB2)"
    headline = MEASURES["spans"].headline
    mistakes_of = "spans of the same words"

    def __init__(self) -> None:
        super().__init__()
        self._sets = SpanSets()
        self.labels, self.confusion = self._sets.labels, self._sets.confusion

    def scores(self, sums: Counts) -> dict[str, Counts]:
        return span_scores(sums)

    def _count(self, gold: Sequence[str], predicted: Sequence[str]) -> tuple[float, ...]:
        check_same_length(len(gold), len(predicted))
        return self._sets._count(spans_in(gold), spans_in(predicted))


def span_scores(sums: Counts) -> dict[str, Counts]:
    """Turn sums of gold, predicted and correct spans into scores."""
    gold, predicted, correct = sums[..., 0], sums[..., 1], sums[..., 2]
    return {
        "f1": safe_ratio(2 * correct, gold + predicted),
        "precision": safe_ratio(correct, predicted),
        "recall": safe_ratio(correct, gold),
    }


def spans_in(labels: Sequence[str]) -> set[Span]:
    """Return the spans of IOB2 labels, by 0-based positions of their first and last word."""
    return set(get_entities(list(labels)))


def _confusion(gold_spans: Set[Span], predicted_spans: Set[Span]) -> Counter[tuple[str, str]]:
    """Pair spans of the same words; a span without partner is missed or superfluous."""
    gold_kinds = {(first, last): kind for kind, first, last in gold_spans}
    predicted_kinds = {(first, last): kind for kind, first, last in predicted_spans}
    return Counter(
        (gold_kinds.get(words, NO_SPAN), predicted_kinds.get(words, NO_SPAN))
        for words in gold_kinds.keys() | predicted_kinds.keys()
    )
