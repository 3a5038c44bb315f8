"""The cascade in NumPy: what the climb takes, on packed words.

Shapes: N words of B sentences, one sentence after the other; P pairs; H hidden, L labels, D label embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.batch import WordBatch
from jmt.cascade.task_config import Read
from jmt.files.quantise import Array
from jmt.runtime.encoders.bilstm import BiLSTMEncoder
from jmt.runtime.encoders.transformer import TransformerEncoder
from jmt.runtime.heads import HEADS
from jmt.runtime.label_embedding import build_label_embedding
from jmt.runtime.weights import under


@dataclass(slots=True)
class Scored:
    """The scores of one task for a batch, and what levels above may read of them, found out once."""

    scores: Any
    """As the head gives them, and the decoder of its kind reads them."""
    find_signal: Callable[[], tuple[Array, ...]]
    _signal: tuple[Array, ...] | None = None

    @property
    def signal(self) -> tuple[Array, ...]:
        """Arrays of a row per word, sentence or pair."""
        if self._signal is None:
            self._signal = self.find_signal()
        return self._signal


class RuntimeNetwork:
    """An encoder, one head per task, a label embedding per task that another one reads; see `jmt.cascade.climb`."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array]) -> None:
        self.config: ModelConfig = cascade.config
        build = BiLSTMEncoder if isinstance(self.config.encoder, BiLSTMConfig) else TransformerEncoder
        self._encoder: Any = build(cascade, under("encoder.", weights))
        self._heads = {
            name: HEADS[task.kind](task, cascade.labels[name], under(f"heads.{name}.", weights))
            for name, task in self.config.tasks.items()
        }
        read = {read.task for task in self.config.tasks.values() for read in task.reads}
        self._embeddings = {task: build_label_embedding(under(f"label_embeddings.{task}.", weights)) for task in read}

    def start(self, batch: WordBatch, tasks: Collection[str]) -> Any:
        """Look the words up for some tasks; nothing is climbed yet."""
        return self._encoder.start(batch, tasks)

    def keep_rows(self, ascent: Any, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        self._encoder.keep_rows(ascent, rows)

    def cut(self, ascent: Any) -> None:
        """Do nothing: there are no gradients here."""

    def climb(self, ascent: Any, level: int, labels: Sequence[Array]) -> Array:
        """Return h of the next level, (N, H), from the (N, D) label embeddings of what it reads."""
        hidden: Array = self._encoder.climb(ascent, level, labels)
        return hidden

    def score(self, task: str, hidden: Array, batch: WordBatch, labels: Sequence[Array]) -> Scored:
        """Return one head's scores from its level's hidden states (N, H) and (P, D) embeddings of pair tasks."""
        head = self._heads[task]
        scores = head.score(self._encoder.of_task(hidden, task), batch.lengths, labels)
        return Scored(scores, partial(head.signal, scores, batch.lengths))

    def embed_words(self, read: Read, scores: Scored, batch: WordBatch) -> Array:
        """Return y of a lower task for every word, (N, D); what is said of a sentence goes to all its words."""
        if KINDS[self.config.tasks[read.task].kind].about == "words":
            return self._embed(read, scores, batch.words)
        return np.repeat(self._embed(read, scores, batch.rows), batch.lengths, axis=0)

    def embed_labels(self, read: Read, scores: Scored) -> Array:
        """Return y of a lower pair task, (P, D)."""
        return self._embed(read, scores, None)

    def _embed(self, read: Read, scores: Scored, rows: int | None) -> Array:
        """Embed the first rows of what a task says: others have stayed behind."""
        embedded: Array = self._embeddings[read.task](*(part[:rows] for part in scores.signal))
        return embedded
