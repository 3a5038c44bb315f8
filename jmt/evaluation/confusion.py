"""Which labels are taken for which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """A gold label that was answered by another one."""

    gold: str
    predicted: str
    count: int
    share: float
    """Of all mistakes, in [0, 1]."""


def most_common_mistakes(confusion: Counter[tuple[str, str]], limit: int | None = None) -> list[Mistake]:
    """Return the most frequent mistakes, ties by the alphabet."""
    wrong = {pair: count for pair, count in confusion.items() if pair[0] != pair[1] and count}
    total = sum(wrong.values())
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return [Mistake(gold, predicted, count, count / total) for (gold, predicted), count in ranked[:limit]]


def confusion_matrix(confusion: Counter[tuple[str, str]]) -> tuple[list[str], list[list[int]]]:
    """Return the labels, most frequent gold label first, and counts with a row per gold and a column per answer."""
    gold: Counter[str] = Counter()
    for (label, _), count in confusion.items():
        gold[label] += count
    names = sorted({name for pair in confusion for name in pair}, key=lambda name: (-gold[name], name))
    return names, [[confusion[row, column] for column in names] for row in names]
