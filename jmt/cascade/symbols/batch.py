"""A batch of sentences on arrays, without padding: what every engine starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jmt.cascade.encoder_config import BiLSTMConfig, TransformerConfig
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.lexicon import FormTable, Lexicon
from jmt.cascade.symbols.pieces import PieceLayout, PieceTokenizer

_WIDEST = 1024
"""Word pieces in one pass where nothing is said: some encoders take many thousands, and attention their square."""


@dataclass(frozen=True, slots=True)
class WordBatch:
    """The N words of B sentences, one sentence after the other.

    A batch of P pairs holds their first sentences in rows 0..P-1 and their second ones in rows P..2P-1.
    """

    lengths: np.ndarray
    """(B,) words of each sentence, at least one."""
    forms: FormTable
    """The distinct forms, and which of them stands at each of the N places."""
    pieces: PieceLayout | None = None
    """The word pieces of every sentence, for a transformer."""
    pair_pieces: PieceLayout | None = None
    """The word pieces of every pair, where a transformer reads pairs together."""

    @property
    def rows(self) -> int:
        """B."""
        return len(self.lengths)

    @property
    def words(self) -> int:
        """N."""
        return len(self.forms.places)

    @property
    def offsets(self) -> np.ndarray:
        """(B + 1,) where the words of each sentence begin, and where those of the last one end."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    @property
    def mask(self) -> np.ndarray:
        """(B, T) bool, True where a sentence has a word."""
        return np.arange(self.lengths.max(initial=0)) < self.lengths[:, None]

    def keep_rows(self, rows: int) -> WordBatch:
        """Return the batch of the first `rows` sentences; the forms stay whole, pairs are no more."""
        words = int(self.lengths[:rows].sum())
        pieces = None if self.pieces is None else self.pieces.keep_words(words)
        return WordBatch(self.lengths[:rows], self.forms.keep_words(words), pieces)


class WordBatches:
    """Builds the batches of one model; safe to call by one thread at a time."""

    def __init__(
        self, lexicon: Lexicon, tokenizer: PieceTokenizer | None = None, *, overlap: int = 0, together: bool = False
    ) -> None:
        self.lexicon = lexicon
        self.tokenizer = tokenizer
        """Of a transformer."""
        self._overlap = overlap
        self._together = together

    @classmethod
    def of(
        cls, config: BiLSTMConfig | TransformerConfig, lexicon: Lexicon, pretrained: Pretrained | None
    ) -> WordBatches:
        """Return what builds the batches of an encoder."""
        if isinstance(config, BiLSTMConfig) or pretrained is None:
            return cls(lexicon)
        longest = min(config.window or _WIDEST, pretrained.longest)
        tokenizer = PieceTokenizer(pretrained.tokenizer, longest=longest)
        return cls(lexicon, tokenizer, overlap=config.overlap, together=config.pairs == "together")

    def build(self, sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> WordBatch:
        """Return the batch of sentences, none of which is empty; of `pairs` first sentences precede second ones."""
        forms = self.lexicon.look_up([form for sentence in sentences for form in sentence])
        lengths = np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))
        alone, both = (
            self.tokenizer.lay_out(sentences, overlap=self._overlap, pairs=together)
            if self.tokenizer is not None and asked
            else None
            for together, asked in ((False, True), (True, pairs and self._together))
        )
        return WordBatch(lengths, forms, alone, both)

    def count_pieces(self, sentence: Sequence[str]) -> int:
        """Return how many word pieces a sentence has; without a tokenizer, how many words."""
        return len(sentence) if self.tokenizer is None else sum(map(len, self.tokenizer.look_up(sentence)))
