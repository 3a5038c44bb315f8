"""Scores of own words aligned with gold words: precision, recall and F1 of labels and arcs, as in CoNLL 2018.

A gold word that no own word matches counts as missed, an own word without gold word as superfluous.  The names are
those of the scores on gold words, so that both can stand side by side: `accuracy`, `uas`, `las` are then F1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jmt.cascade.kinds import MEASURES
from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.values import Tree
from jmt.evaluation.metrics.attachment import universal_relation, word_outcomes
from jmt.evaluation.metrics.base import Counts, Metric, check_same_length, safe_ratio

_NO_WORD = "(no word)"
"""Stands in the confusion for the label of a gold word that was not matched."""


@dataclass(frozen=True, slots=True)
class AlignedLabels:
    """What own words say about the gold words of one sentence."""

    labels: Sequence[str | None]
    """One per gold word, None where no own word matches it."""
    own_words: int
    """Own words that begin in the sentence."""


@dataclass(frozen=True, slots=True)
class AlignedTree:
    """Arcs between own words, told in gold words."""

    tree: Tree
    """Heads are positions in the gold sentence, a negative number where there is none; relations of unmatched words are
    empty."""
    own_words: int


class AlignedAccuracy(Metric[Sequence[str], AlignedLabels]):
    """F1 of labels over words; one update is one gold sentence."""

    columns = ("gold", "own", "aligned", "correct")
    count_column = "gold"
    convention = "CoNLL-18 on own words: accuracy is F1 over gold and own words; aligned_accuracy over matched words"
    headline = MEASURES["tags"].headline

    def scores(self, sums: Counts) -> dict[str, Counts]:
        gold, own, aligned, correct = (sums[..., column] for column in range(4))
        return {
            "accuracy": safe_ratio(2 * correct, gold + own),
            "precision": safe_ratio(correct, own),
            "recall": safe_ratio(correct, gold),
            "aligned_accuracy": safe_ratio(correct, aligned),
        }

    def _count(self, gold: Sequence[str], predicted: AlignedLabels) -> tuple[float, ...]:
        check_same_length(len(gold), len(predicted.labels))
        answers = [_NO_WORD if label is None else label for label in predicted.labels]
        right = [label for label, answer in zip(gold, answers, strict=True) if label == answer]
        aligned = [label for label in predicted.labels if label is not None]
        self.labels.gold.update(gold)
        self.labels.predicted.update(aligned)
        self.labels.correct.update(right)
        self.confusion.update(zip(gold, answers, strict=True))
        return len(gold), predicted.own_words, len(aligned), len(right)


class AlignedAttachment(Metric[GoldTree, AlignedTree]):
    """F1 of heads and of heads with relations over words; one update is one gold sentence."""

    columns = ("gold", "own", "head_right", "both_right")
    count_column = "gold"
    convention = "CoNLL-18 on own words: uas, las are F1 over gold and own words, subtypes ignored"
    headline = MEASURES["attachment"].headline
    mistakes_of = "relations of words with the right head"

    def scores(self, sums: Counts) -> dict[str, Counts]:
        gold, own, head_right, both_right = (sums[..., column] for column in range(4))
        return {
            "uas": safe_ratio(2 * head_right, gold + own),
            "las": safe_ratio(2 * both_right, gold + own),
            "las_precision": safe_ratio(both_right, own),
            "las_recall": safe_ratio(both_right, gold),
        }

    def _count(self, gold: GoldTree, predicted: AlignedTree) -> tuple[float, ...]:
        outcomes = word_outcomes(gold.tree, predicted.tree)
        for (head_right, both_right), deprel, guess in zip(
            outcomes, gold.tree.deprels, predicted.tree.deprels, strict=True
        ):
            relation, answer = universal_relation(deprel), universal_relation(guess)
            self.labels.gold[relation] += 1
            self.labels.correct[relation] += both_right
            self.confusion[relation, answer] += head_right
            if answer:
                self.labels.predicted[answer] += 1
        heads, both = sum(head for head, _ in outcomes), sum(both for _, both in outcomes)
        return len(outcomes), predicted.own_words, heads, both
