"""Precision, recall and F1 of labelled spans, as conlleval counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seqeval.metrics.sequence_labeling import get_entities

from jmt.evaluation.metrics.base import Counts, Metric, same_length, share

NO_SPAN = "(none)"
"""Stands in the confusion for a span that the other side does not have."""


class Spans(Metric[Sequence[str], Sequence[str]]):
    """Micro-averaged scores of whole spans, both boundaries and the type right; one update is one sentence of IOB2.

    seqeval finds the spans, in its default mode: as in conlleval, an `I-` after `O` or after another type starts a
    span.  (Its strict mode would drop such spans and give other figures.)
    """

    columns = ("gold", "predicted", "correct")
    count_column = "gold"
    convention = "conlleval: whole spans, micro-averaged (seqeval in its default mode on IOB2)"
    headline = "f1"

    def scores(self, sums: Counts) -> dict[str, Counts]:
        gold, predicted, correct = sums[..., 0], sums[..., 1], sums[..., 2]
        return {
            "f1": share(2 * correct, gold + predicted),
            "precision": share(correct, predicted),
            "recall": share(correct, gold),
        }

    def _count(self, gold: Sequence[str], predicted: Sequence[str]) -> tuple[float, ...]:
        same_length(len(gold), len(predicted))
        gold_spans, predicted_spans = _spans(gold), _spans(predicted)
        right = gold_spans & predicted_spans
        for counter, spans in (
            (self.labels.gold, gold_spans),
            (self.labels.predicted, predicted_spans),
            (self.labels.correct, right),
        ):
            counter.update(kind for kind, _, _ in spans)
        self.confusion += _confusion(gold_spans, predicted_spans)
        return len(gold_spans), len(predicted_spans), len(right)


def _spans(labels: Sequence[str]) -> set[tuple[str, int, int]]:
    return set(get_entities(list(labels)))


def _confusion(
    gold_spans: set[tuple[str, int, int]], predicted_spans: set[tuple[str, int, int]]
) -> Counter[tuple[str, str]]:
    """Pair spans of the same words; a span without partner is missed or superfluous."""
    gold_kinds = {(first, last): kind for kind, first, last in gold_spans}
    predicted_kinds = {(first, last): kind for kind, first, last in predicted_spans}
    return Counter(
        (gold_kinds.get(words, NO_SPAN), predicted_kinds.get(words, NO_SPAN))
        for words in gold_kinds.keys() | predicted_kinds.keys()
    )
