"""Further pairs of a training: each sentence of its pairs, and itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jmt.cascade.symbols.examples import Words
from jmt.training.batches.shares import draw_in_rounds
from jmt.training.seeds import derive_seed


@dataclass(frozen=True, slots=True)
class ItselfPairs:
    """The distinct sentences of pairs, of which some each epoch are pairs of a sentence and itself."""

    places: Sequence[tuple[int, int]]
    """Of each sentence, the pair that it is first met in, and its side there."""
    wanted: int
    """How many of them an epoch has."""

    @classmethod
    def of(cls, pairs: Sequence[tuple[Words, Words]], share: float) -> ItselfPairs:
        """Find the sentences of pairs, and how many of them are a `share` of the pairs."""
        places: dict[tuple[str, ...], tuple[int, int]] = {}
        for number, pair in enumerate(pairs):
            for side, words in enumerate(pair):
                places.setdefault(tuple(words), (number, side))
        return cls(list(places.values()), round(share * len(pairs)))

    def draw(self, epoch: int, seed: int) -> list[int]:
        """Return which of the sentences an epoch has: all come equally often."""
        return draw_in_rounds(len(self.places), self.wanted, epoch, derive_seed(seed, "itself"))
