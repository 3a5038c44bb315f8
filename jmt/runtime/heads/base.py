"""What every head of the runtime offers: the forward pass of those of `jmt.network.heads`, which say why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from jmt.files.quantise import Array


class Head(Protocol):
    """The output layer of one task, forward only; it is built from the task's keys, its labels and its weights."""

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> Any:
        """Return scores, as the decoder of the kind reads them (`jmt.cascade.decoding`).

        From hidden (N, H) of B sentences of `lengths` (B,), one after the other; heads of pairs take P first sentences
        before P second ones, and (P, D) label embeddings of the pair tasks that they read.
        """
        ...

    def signal(self, scores: Any, lengths: Array) -> tuple[Array, ...]:
        """Return what levels above may read of the scores, for the label embedding of the task.

        It has a row for each of the N words, for what is said of sentences one for each of the B, of pairs of the P.
        """
        ...
