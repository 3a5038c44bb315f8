"""Precision, recall and F1 of links between the words of a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.cascade.kinds import MEASURES
from jmt.cascade.symbols.links import NO_LINK, read_links
from jmt.evaluation.metrics.base import Counts, Metric, check_same_length
from jmt.evaluation.metrics.spans import SpanSets, span_scores

_SAME, _BEFORE, _BEHIND = "itself", "a word before", "a word behind"


class Links(Metric[Sequence[str], Sequence[str]]):
    """Micro-averaged scores of links, source and target right; one update is one sentence."""

    columns = SpanSets.columns
    count_column = SpanSets.count_column
    convention = "links with source and target right, micro-averaged"
    headline = MEASURES["links"].headline
    mistakes_of = "what words are linked to"

    def scores(self, sums: Counts) -> dict[str, Counts]:
        return span_scores(sums)

    def _count(self, gold: Sequence[str], predicted: Sequence[str]) -> tuple[float, ...]:
        check_same_length(len(gold), len(predicted))
        wanted, found = _links(gold), _links(predicted)
        for counter, links in (
            (self.labels.gold, wanted),
            (self.labels.predicted, found),
            (self.labels.correct, wanted & found),
        ):
            counter.update(_direction(*link) for link in links)
        for source, (ours, theirs) in enumerate(zip(gold, predicted, strict=True)):
            self.confusion[_shape(source, ours, len(gold)), _shape(source, theirs, len(gold))] += 1
        return len(wanted), len(found), len(wanted & found)


def _links(labels: Sequence[str]) -> set[tuple[int, int]]:
    """Return the links of a sentence, from place to place."""
    return {(source, target) for source, label in enumerate(labels) for target in read_links(label, len(labels))}


def _direction(source: int, target: int) -> str:
    """Return what kind of link it is: links are told apart by where they lead, for want of labels."""
    return _SAME if source == target else _BEFORE if target < source else _BEHIND


def _shape(source: int, label: str, words: int) -> str:
    """Return where the links of a word lead."""
    directions = [_direction(source, target) for target in read_links(label, words)]
    return " and ".join(dict.fromkeys(directions)) or NO_LINK
