"""The words of a batch become padded tensors here, and examples are put into batches of similar length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from jmt.cascade.grouping import token_budget_batches
from jmt.cascade.symbols.batch import WordBatch, WordBatches
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.batches.packing import Packing, build_packing
from jmt.network.batches.pieces import PieceTensors


@dataclass(frozen=True)
class SentenceBatch:
    """B sentences padded to T tokens, over F distinct forms.

    A batch of P pairs holds their first sentences in rows 0..P-1 and their second ones in rows P..2P-1.
    """

    form_ids: Tensor
    """(B, T) row of each token in the tables of forms below; 0 where the mask is false."""
    word_ids: Tensor
    """(F,) index of each form in the word vocabulary."""
    ngram_ids: Tensor
    """(N,) n-gram indices of all forms, one form after the other."""
    ngram_offsets: Tensor
    """(F,) where each form's n-grams start in `ngram_ids`."""
    mask: Tensor
    """(B, T) bool, True = token."""
    reversal: Tensor
    """(B, T) position of the token that stands at each place when each sentence is reversed within its length."""
    corpus_ids: Tensor
    """(B,) number of the corpus that each sentence is from, among those that have a vector; 0 = none of them."""
    pieces: PieceTensors | None = None
    """The word pieces of every sentence, for a transformer."""
    pair_pieces: PieceTensors | None = None
    """The word pieces of every pair, where a transformer reads pairs together."""

    @property
    def rows(self) -> int:
        """B."""
        return len(self.mask)

    @classmethod
    def of(cls, words: WordBatch) -> SentenceBatch:
        """Pad the words of a batch."""
        mask, lengths, forms = words.mask, words.lengths[:, None], words.forms
        positions = np.arange(mask.shape[1])[None, :]  # (1, T)
        form_ids = np.zeros(mask.shape, dtype=np.int64)
        form_ids[mask] = forms.places
        reversal = np.where(mask, lengths - 1 - positions, positions)
        return cls(
            form_ids=torch.from_numpy(form_ids),
            word_ids=torch.from_numpy(forms.word_ids),
            ngram_ids=torch.from_numpy(forms.ngram_ids),
            ngram_offsets=torch.from_numpy(np.cumsum(forms.ngram_counts) - forms.ngram_counts),
            mask=torch.from_numpy(mask),
            reversal=torch.from_numpy(reversal),
            corpus_ids=torch.zeros(words.rows, dtype=torch.long),
            pieces=None if words.pieces is None else PieceTensors.of(words.pieces, mask),
            pair_pieces=None if words.pair_pieces is None else PieceTensors.of(words.pair_pieces, mask),
        )

    @cached_property
    def packing(self) -> Packing:
        """Where the tokens stand, for reading them without padding on a CPU; found out when it is asked for."""
        return build_packing(self.mask.numpy())

    def to(self, device: torch.device | str) -> SentenceBatch:
        """Return the batch on another device."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: part.to(device) for name, part in parts.items() if part is not None})

    def of_corpora(self, numbers: Sequence[int]) -> SentenceBatch:
        """Return the batch with its B sentences told to be from these corpora, 0 = none that has a vector."""
        return replace(self, corpus_ids=torch.tensor(numbers, dtype=torch.long, device=self.mask.device))

    def keep_rows(self, rows: int) -> SentenceBatch:
        """Return the batch of the first `rows` sentences; the tables of forms stay whole."""
        return replace(
            self,
            form_ids=self.form_ids[:rows],
            mask=self.mask[:rows],
            reversal=self.reversal[:rows],
            corpus_ids=self.corpus_ids[:rows],
            pieces=None if self.pieces is None else self.pieces.keep_words(rows * self.mask.size(1)),
            pair_pieces=None,
        )


def build_batch(sentences: Sequence[Sequence[str]], lexicon: Lexicon) -> SentenceBatch:
    """Pad sentences of words to one batch; every sentence has at least one word."""
    return SentenceBatch.of(WordBatches(lexicon).build(sentences))


def shuffled_budget_batches(lengths: Sequence[int], *, budget: int, seed: int) -> list[list[int]]:
    """Group all examples so that no batch pads to more than `budget`: a function of the seed alone.

    Lengths are rounded up to bands an eighth wide; within a band the examples are shuffled, and so are the batches in
    the end.  How many batches there are, and how large each is, follows from the lengths: it is the same every time.
    """
    generator = np.random.default_rng(seed)
    bands = [length_band(length) for length in lengths]
    order = generator.permutation(len(lengths))
    order = order[np.argsort(np.asarray(bands)[order], kind="stable")]
    sizes = [len(batch) for batch in token_budget_batches(bands, budget)]
    batches = [part.tolist() for part in np.split(order, np.cumsum(sizes)[:-1])]
    return [batches[index] for index in generator.permutation(len(batches))]


def length_band(length: int) -> int:
    """Return the upper end of the band that a length is in: at most an eighth above it."""
    width = 1 << max(0, length.bit_length() - 4)
    return -(-length // width) * width


def shuffled_batches(lengths: Sequence[int], *, batch_size: int, seed: int, pool: int = 20) -> list[list[int]]:
    """Group a permutation of all examples into batches of `batch_size`, alike in length: a function of the seed alone.

    The permutation is cut into pools of `pool` batches; each pool is sorted by length and cut into batches, and
    the batches of all pools are shuffled again.  Padding shrinks while every epoch still meets every example once.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(lengths))
    size = np.asarray(lengths)
    batches: list[list[int]] = []
    for start in range(0, len(order), batch_size * pool):
        chunk = order[start : start + batch_size * pool]
        chunk = chunk[np.argsort(size[chunk], kind="stable")]
        batches.extend(chunk[first : first + batch_size].tolist() for first in range(0, len(chunk), batch_size))
    return [batches[index] for index in generator.permutation(len(batches))]
