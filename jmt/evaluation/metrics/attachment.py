"""Attachment scores of dependency trees: UAS and LAS by the CoNLL-18 rules, and without punctuation."""

from __future__ import annotations

from typing import Self

from jmt.cascade.kinds import MEASURES
from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.values import Tree
from jmt.evaluation.metrics.base import Counts, Metric, check_same_length, safe_ratio


class Attachment(Metric[GoldTree, Tree]):
    """Share of words with the right head (`uas`), and with the right head and relation (`las`).

    `uas`, `las`: the CoNLL-18 convention on gold words: every word counts, punctuation too.  `uas_ptb`, `las_ptb`:
    words whose gold UPOS is not PUNCT; absent where the corpus has no UPOS.  Relations are compared without their
    subtypes everywhere (`nsubj:pass` is `nsubj`).  One update is one sentence.
    """

    columns = ("words", "head_right", "both_right", "words_ptb", "head_right_ptb", "both_right_ptb")
    count_column = "words"
    convention = (
        "uas, las: CoNLL-18 (punctuation counted, relation subtypes ignored); "
        "uas_ptb, las_ptb: the same for words whose gold UPOS is not PUNCT"
    )
    headline = MEASURES["attachment"].headline
    mistakes_of = "relations of words with the right head"

    def __init__(self) -> None:
        super().__init__()
        self._upos_known = True

    def absorb(self, other: Self) -> None:
        super().absorb(other)
        self._upos_known = self._upos_known and other._upos_known

    def scores(self, sums: Counts) -> dict[str, Counts]:
        found = {"uas": safe_ratio(sums[..., 1], sums[..., 0]), "las": safe_ratio(sums[..., 2], sums[..., 0])}
        if self._upos_known:
            found["uas_ptb"] = safe_ratio(sums[..., 4], sums[..., 3])
            found["las_ptb"] = safe_ratio(sums[..., 5], sums[..., 3])
        return found

    def _count(self, gold: GoldTree, predicted: Tree) -> tuple[float, ...]:
        outcomes = word_outcomes(gold.tree, predicted)
        if gold.upos is None:
            self._upos_known = False
        is_word = [tag != "PUNCT" for tag in gold.upos or [""] * len(outcomes)]
        gold_relations = [universal_relation(deprel) for deprel in gold.tree.deprels]
        relations = [universal_relation(deprel) for deprel in predicted.deprels]
        self.labels.gold.update(gold_relations)
        self.labels.predicted.update(relations)
        for (head_right, both_right), relation, guess in zip(outcomes, gold_relations, relations, strict=True):
            self.labels.correct[relation] += both_right
            self.confusion[relation, guess] += head_right
        spoken = [outcome for outcome, counted in zip(outcomes, is_word, strict=True) if counted]
        return (*_sum(outcomes), *_sum(spoken))


def word_outcomes(gold: Tree, predicted: Tree) -> list[tuple[bool, bool]]:
    """Tell for every word whether its head is right, and whether head and relation (without subtype) are."""
    check_same_length(len(gold.head_ids), len(predicted.head_ids))
    head_right = [head == guess for head, guess in zip(gold.head_ids, predicted.head_ids, strict=True)]
    deprels = zip(gold.deprels, predicted.deprels, strict=True)
    deprel_right = [universal_relation(deprel) == universal_relation(guess) for deprel, guess in deprels]
    return [(head, head and deprel) for head, deprel in zip(head_right, deprel_right, strict=True)]


def universal_relation(deprel: str) -> str:
    """Drop the language-specific subtype of a relation."""
    return deprel.partition(":")[0]


def _sum(outcomes: list[tuple[bool, bool]]) -> tuple[int, int, int]:
    return len(outcomes), sum(head for head, _ in outcomes), sum(both for _, both in outcomes)
