"""Frames: pairs of sentences with gaps, and what the first says of the second whatever fills them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corpora.generator.contrasts.words import SPLITS, WORDS

LABELS = {"E": "entailment", "N": "neutral", "C": "contradiction"}


@dataclass(frozen=True)
class Pair:
    """Two sentences, what the first says of the second, and where the pair is from."""

    first: str
    second: str
    entailment: str
    phenomenon: str
    template: str


@dataclass(frozen=True)
class Frame:
    """Pairs that belong together: every second sentence follows as often as it does not, so that it alone says nothing.

    `gaps` names them by the kind of their words: `p q: person; l: place`.  A line of `text` is `first | second |
    label`, with one letter for the label.
    """

    phenomenon: str
    use: str
    """`train` for train and, with other words, dev; `test` for test."""
    gaps: str
    text: str

    def lines(self) -> list[list[str]]:
        """Return first and second sentence, gaps and all, and the letter of the label, of every pair."""
        return [[part.strip() for part in line.split("|")] for line in self.text.strip().splitlines()]

    def fill(self, split: str, draw: random.Random, template: str) -> list[Pair]:
        """Return the pairs with words of a split; the gaps of a kind get different words, numbers in rising order."""
        words: dict[str, Any] = {}
        for part in self.gaps.split("; "):
            names, kind = part.split(": ")
            words |= zip(names.split(), _drawn(kind, len(names.split()), split, draw), strict=True)
        return [
            Pair(_sentence(first, words), _sentence(second, words), LABELS[letter], self.phenomenon, template)
            for first, second, letter in self.lines()
        ]


def _drawn(kind: str, count: int, split: str, draw: random.Random) -> Sequence[Any]:
    """Draw different words; chains and sums differ in their last part, too."""
    there = WORDS[kind][SPLITS.index(split)]
    while True:
        chosen = draw.sample(there, count)
        ends = {getattr(word, "top", getattr(word, "total", word)) for word in chosen}
        if len(ends) == count:
            return sorted(chosen, key=there.index) if kind == "number" else chosen


def _sentence(text: str, words: dict[str, Any]) -> str:
    filled = text.format(**words)
    return filled[0].upper() + filled[1:]
