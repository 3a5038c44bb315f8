"""What a step learns from: the batches of its groups, whole or in parts that fit into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch

from jmt.cascade.symbols.examples import Words


@dataclass(frozen=True, slots=True)
class Material:
    """One group's batch as plain values."""

    names: Sequence[str]
    """The tasks that have gold for it."""
    indices: list[int]
    """Its examples, N of them."""
    sentences: list[Words]
    """N sentences; of pairs 2 N, all first ones before all second ones."""
    corpora: list[str]
    """The corpus of each example, N of them; empty texts where nothing says it."""

    @property
    def pairs(self) -> bool:
        """Whether the examples are pairs."""
        return len(self.sentences) > len(self.indices)

    @property
    def words(self) -> float:
        """How many words an example has, on average."""
        return sum(map(len, self.sentences)) / len(self.indices)

    @property
    def corpora_of_sentences(self) -> list[str]:
        """The corpus of each sentence, in their order."""
        return self.corpora * 2 if self.pairs else self.corpora

    def parts(self, count: int) -> list[Material]:
        """Cut the batch into at most `count` parts of about the same size."""
        total = len(self.indices)
        edges = sorted({total * number // count for number in range(count + 1)})
        return [self._part(start, stop) for start, stop in pairwise(edges)]

    def _part(self, start: int, stop: int) -> Material:
        sentences = self.sentences[start:stop]
        if self.pairs:
            half = len(self.indices)
            sentences = sentences + self.sentences[half + start : half + stop]
        return Material(self.names, self.indices[start:stop], sentences, self.corpora[start:stop])


def is_out_of_memory(error: RuntimeError) -> bool:
    """Tell an exhausted memory, of a GPU or of the machine, from other failures."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return any(sign in str(error).lower() for sign in ("out of memory", "can't allocate memory", "alloc_failed"))
