"""What an encoder is: the body of the cascade, which gives hidden states of words for every level.

A batch climbs: `start` looks its words up, `climb` takes it one level up, and in between rows may stay behind
(`keep_rows`) and gradients may be cut off (`cut`).  How far a batch has climbed is the encoder's own affair: it is
carried in an ascent (A) that only the encoder looks into, and a level's hidden states (S) are one tensor, or whatever
`of_task` makes one tensor of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol, TypeVar

from torch import Tensor, nn

from jmt.cascade.pretrained import Pretrained
from jmt.network.batches.batching import SentenceBatch


class Climbing(Protocol):
    """What is known of every ascent."""

    sentences: SentenceBatch
    """The sentences that still climb."""


A = TypeVar("A", bound=Climbing)
S = TypeVar("S")


class Encoder(Protocol[A, S]):
    """The contract; an encoder is a module, and is met by composition (see `BiLSTMEncoder`)."""

    levels: nn.ModuleList
    """What each level has of its own, lowest first."""

    @property
    def words(self) -> nn.Module:
        """What makes x of a batch, once for each."""
        ...

    @property
    def size(self) -> int:
        """H, the size of a word's hidden state on every level."""
        ...

    @property
    def source(self) -> Pretrained | None:
        """Where it comes from, without weights; None where it was not pretrained."""
        ...

    def build_batch(self, sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> SentenceBatch:
        """Pad B sentences to a batch; of `pairs`, P first sentences are followed by P second ones."""
        ...

    def measure(self, sentence: Sequence[str]) -> int:
        """Return how long a sentence is for the encoder: what batches are measured in."""
        ...

    def start(self, sentences: SentenceBatch, tasks: Collection[str] = ()) -> A:
        """Look the words up for some tasks (none named: all); nothing is climbed yet."""
        ...

    def climb(self, ascent: A, level: int, label_embeddings: Sequence[Tensor]) -> S:
        """Return the hidden states of a level, 1 = lowest, from (B, T, D) label embeddings of what it reads."""
        ...

    def of_task(self, hidden: S, task: str) -> Tensor:
        """Return what the head of a task reads of the hidden states of its level, (B, T, H)."""
        ...

    def keep_rows(self, ascent: A, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        ...

    def cut(self, ascent: A) -> None:
        """Let no gradient of higher levels pass to the levels climbed so far.

        Raises:
            TypeError: an encoder whose levels share their layers; such a cascade is refused before it is built.
        """
        ...

    def parameters_of(self, levels: Sequence[int], tasks: Collection[str] = ()) -> list[str]:
        """Return the prefixes of the names of the parameters that climbing these levels for some tasks uses."""
        ...

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """Yield the parameters, as every module does."""
        ...
