"""In which order an LSTM reads the words of a batch: all first words, those of the longest sentence first, then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jmt.files.quantise import Array


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """The N words of B sentences, step by step, for both directions at once."""

    words: Array
    """(2, N) word that is read at each place: forwards, and backwards from the last word of each sentence."""
    places: Array
    """(N, 2) place where each word is read forwards, and N more than the place where it is read backwards."""
    sizes: list[int]
    """How many sentences have a word at each step, as far as the longest goes; it falls."""

    @classmethod
    def of(cls, lengths: Array) -> ReadingOrder:
        """Find the order out from lengths (B,), all above zero; sentences are packed one after the other."""
        ends = np.cumsum(lengths)
        longest_first = np.argsort(-lengths, kind="stable")
        sizes = np.cumsum(np.bincount(lengths - 1)[::-1])[::-1]  # (T,)
        steps = np.repeat(np.arange(len(sizes)), sizes)
        ranks = np.arange(len(steps)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        sentences = longest_first[ranks]
        words = np.stack([(ends - lengths)[sentences] + steps, ends[sentences] - 1 - steps])
        places = np.empty((words.shape[1], 2), dtype=np.int64)
        for direction, those in enumerate(words):
            places[those, direction] = np.arange(len(those)) + direction * len(those)
        return cls(words, places, sizes.tolist())

    def stretches(self, words: int) -> Iterator[tuple[int, list[int]]]:
        """Yield stretches of whole steps with at least so many words, but the last: first place, and size per step."""
        first, begin, count = 0, 0, 0
        for step, size in enumerate(self.sizes, start=1):
            count += size
            if count >= words or step == len(self.sizes):
                yield first, self.sizes[begin:step]
                first, begin, count = first + count, step, 0
