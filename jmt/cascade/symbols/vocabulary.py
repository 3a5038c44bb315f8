"""Open symbol tables: words and character n-grams, with an entry for what training never saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

UNKNOWN = 0
"""Index of the unknown symbol in every vocabulary."""


class Vocabulary:
    """Symbols in order of index with the count of each in the training data; index 0 is the unknown symbol."""

    def __init__(self, symbols: Iterable[str], counts: Iterable[int]) -> None:
        self.symbols = list(symbols)
        self.counts = list(counts)
        if len(self.symbols) != len(self.counts):
            raise ValueError("a vocabulary needs one count per symbol")
        self.index = {symbol: position for position, symbol in enumerate(self.symbols, start=1)}

    @classmethod
    def from_counts(cls, counts: Counter[str], *, minimum: int = 1) -> Vocabulary:
        """Keep symbols seen at least `minimum` times, most frequent first and ties by the alphabet."""
        kept = sorted((item for item in counts.items() if item[1] >= minimum), key=lambda item: (-item[1], item[0]))
        return cls((symbol for symbol, _ in kept), (count for _, count in kept))

    def __len__(self) -> int:
        """Return the number of rows that a table needs, the unknown symbol included."""
        return len(self.symbols) + 1

    def __contains__(self, symbol: str) -> bool:
        return symbol in self.index

    def __getitem__(self, symbol: str) -> int:
        return self.index.get(symbol, UNKNOWN)

    def extended(self, counts: Counter[str], *, minimum: int = 1) -> Vocabulary:
        """Return a vocabulary with the same indices first, the new symbols after them, and the counts added up."""
        merged = [known + counts.get(symbol, 0) for symbol, known in zip(self.symbols, self.counts, strict=True)]
        fresh = Counter({symbol: count for symbol, count in counts.items() if symbol not in self.index})
        addition = Vocabulary.from_counts(fresh, minimum=minimum)
        return Vocabulary([*self.symbols, *addition.symbols], [*merged, *addition.counts])
