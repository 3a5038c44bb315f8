"""The paper's body in NumPy: one bi-LSTM per level (sections 2.1 to 2.6 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.symbols.batch import WordBatch
from jmt.files.quantise import Array
from jmt.runtime.encoders.level import Level
from jmt.runtime.encoders.reading_order import ReadingOrder
from jmt.runtime.encoders.word_products import WordVectors
from jmt.runtime.weights import under

_MOST_BYTES = 80 * 2**20
"""Of the products of words that are kept, of all levels together: some thousand forms, nine in ten words of a text."""


@dataclass(slots=True)
class Ascent:
    """How far a batch has climbed."""

    batch: WordBatch
    order: ReadingOrder
    hidden: Array
    """h of the level reached last, (N, 2H); at first nothing, (N, 0)."""


class BiLSTMEncoder:
    """g_t^(l) = [h_t^(l-1) ; x_t ; sum of label embeddings], h^(l) = bi-LSTM(g^(l)) (eq. 1)."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array], *, most_bytes: int = _MOST_BYTES) -> None:
        config = cascade.config.encoder
        assert isinstance(config, BiLSTMConfig)
        self.size = 2 * config.hidden_size
        vectors = WordVectors(under("words.", weights))
        nothing = WordVectors({"words.weight": np.zeros((len(cascade.lexicon.words), 0), np.float32)})
        levels = cascade.config.levels
        self._levels = [
            Level(
                under(f"levels.{number}.", weights),
                vectors if not number or config.shortcut else nothing,
                below=self.size if number and config.vertical else 0,
                most_bytes=most_bytes // (levels if config.shortcut else 1),
            )
            for number in range(levels)
        ]

    def start(self, batch: WordBatch, tasks: Collection[str] = ()) -> Ascent:
        """Lay out the reading of a batch; nothing is climbed yet."""
        return Ascent(batch, ReadingOrder.of(batch.lengths), np.zeros((batch.words, 0), np.float32))

    def climb(self, ascent: Ascent, level: int, label_embeddings: Sequence[Array]) -> Array:
        """Return the hidden states (N, 2H) of the next level, 1 = lowest, from (N, D) label embeddings."""
        forms = ascent.batch.forms
        ascent.hidden = self._levels[level - 1].read(ascent.hidden, label_embeddings, forms, ascent.order)
        return ascent.hidden

    def keep_rows(self, ascent: Ascent, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        ascent.batch = ascent.batch.keep_rows(rows)
        ascent.order = ReadingOrder.of(ascent.batch.lengths)
        ascent.hidden = ascent.hidden[: ascent.batch.words]

    def of_task(self, hidden: Array, task: str) -> Array:
        """Return what the head of a task reads of the hidden states of its level: all tasks of a level the same."""
        return hidden
