"""The batch of words that every engine starts from, as the padded arrays that graphs take."""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.sequences import pad
from jmt.cascade.symbols.batch import WordBatch
from jmt.cascade.symbols.pieces import PieceLayout
from jmt.files.quantise import Array


def inputs_of(batch: WordBatch) -> dict[str, Array]:
    """Return arrays by the names of inputs, all that any graph takes of sentences or pairs.

    Shapes: B sentences of at most T words, M n-grams or pieces of a word, W windows of P pieces; -1 is none.
    """
    forms, lengths = batch.forms, batch.lengths
    starts = np.cumsum(forms.ngram_counts) - forms.ngram_counts
    ngrams = _bags(forms.ngram_ids, starts)[forms.places]
    arrays = {
        "lengths": lengths,
        "word_ids": pad(forms.word_ids[forms.places][:, None], lengths)[0][:, :, 0],
        "ngram_ids": _padded(ngrams, lengths),
    }
    for prefix, layout in (("", batch.pieces), ("pair_", batch.pair_pieces)):
        if layout is not None:
            arrays |= {f"{prefix}{name}": array for name, array in _of_layout(layout, lengths).items()}
    return {name: array.astype(np.int64) for name, array in arrays.items()}


def _of_layout(layout: PieceLayout, lengths: Array) -> dict[str, Array]:
    longest = int(lengths.max())
    words = np.flatnonzero(np.arange(longest) < lengths[:, None])  # (N,): row * T + place
    return {
        "piece_ids": np.where(layout.mask, layout.piece_ids, -1),
        "type_ids": layout.type_ids,
        "piece_words": np.append(words, -1)[layout.piece_words],
        "word_pieces": _padded(_bags(layout.bags, layout.bag_starts), lengths),
    }


def _bags(values: Array, starts: Array) -> Array:
    """Return (n, M), a row per bag, from values one bag after the other, and where each begins; -1 behind the last."""
    counts = np.diff(starts, append=len(values))
    return pad(values[:, None] + 1, counts)[0][:, :, 0] - 1


def _padded(values: Array, lengths: Array) -> Array:
    """Return (B, T, M) of (N, M), -1 at padding."""
    return pad(values + 1, lengths)[0] - 1
