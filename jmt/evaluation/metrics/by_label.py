"""Precision, recall and F1 of every label."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelScore:
    """The scores of one label, in [0, 1]; `count` is how often it is gold."""

    precision: float
    recall: float
    f1: float
    count: int


class LabelCounts:
    """How often each label is gold, is predicted, and is predicted where it should be."""

    def __init__(self) -> None:
        self.gold: Counter[str] = Counter()
        self.predicted: Counter[str] = Counter()
        self.correct: Counter[str] = Counter()

    def absorb(self, other: LabelCounts) -> None:
        """Add the counts of other examples."""
        self.gold.update(other.gold)
        self.predicted.update(other.predicted)
        self.correct.update(other.correct)

    def scores(self) -> dict[str, LabelScore]:
        """Return the scores of every label that is gold or predicted somewhere, most frequent gold label first."""
        names = sorted({*self.gold, *self.predicted}, key=lambda name: (-self.gold[name], name))
        return {name: self._score(name) for name in names}

    def _score(self, name: str) -> LabelScore:
        gold, predicted, correct = self.gold[name], self.predicted[name], self.correct[name]
        precision = correct / predicted if predicted else 0.0
        recall = correct / gold if gold else 0.0
        f1 = 2 * correct / (gold + predicted) if gold + predicted else 0.0
        return LabelScore(precision, recall, f1, gold)
