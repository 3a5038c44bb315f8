"""What words bring to the gates of each level: products that never change after training, kept per form.

x_t = [word vector ; mean of n-gram vectors] (eq. 11 of Hashimoto et al. 2017) depends on the form alone, and so does
its product with the input weights of a level: to the bit, whichever forms it is computed with.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from jmt.cascade.symbols.lexicon import FormTable
from jmt.files.exact_product import ExactProduct
from jmt.files.quantise import Array


class WordVectors:
    """x of forms, from the tables of words and n-grams."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._words = weights["words.weight"]
        self._ngrams = weights.get("ngrams.table.weight", np.zeros((1, 0), np.float32))
        self.size = self._words.shape[1] + self._ngrams.shape[1]
        """I."""

    @cached_property
    def largest(self) -> float:
        """How far from zero the numbers of an x reach at most."""
        return max(float(np.abs(table).max(initial=0.0)) for table in (self._words, self._ngrams))

    def of_forms(self, forms: FormTable, chosen: Array) -> Array:
        """Return x (M, I) of some forms, given by their indices (M,) among the F of a table."""
        counts = forms.ngram_counts[chosen]
        starts = np.cumsum(counts) - counts
        shifts = (np.cumsum(forms.ngram_counts) - forms.ngram_counts)[chosen] - starts
        x = np.empty((len(chosen), self.size), np.float32)
        x[:, : self._words.shape[1]] = self._words[forms.word_ids[chosen]]
        if self._ngrams.shape[1]:
            vectors = self._ngrams[forms.ngram_ids[np.arange(counts.sum()) + np.repeat(shifts, counts)]]
            sums = np.add.reduceat(vectors, starts, axis=0)
            np.divide(sums, counts[:, None], out=x[:, self._words.shape[1] :], dtype=np.float32)
        return x


class WordGates:
    """What the words of a batch bring to the gates of a level, in the order in which they are read."""

    def __init__(self, kept: Array, further: Array, rows: Array) -> None:
        self._kept, self._further = kept, further  # (2C, G), (2M, G)
        self._rows = rows  # (2, N), among the 2C + 2M
        self._all_kept = not len(further)

    def ready(self, first: int, last: int) -> Array:
        """Return gates (2, last - first, G) of both directions, to be written to."""
        rows = self._rows[:, first:last]
        gates: Array = self._kept.take(rows, axis=0, mode="clip")
        if not self._all_kept:
            beyond = rows >= len(self._kept)
            gates[beyond] = self._further[rows[beyond] - len(self._kept)]
        return gates


class WordProducts:
    """The products of one level's input weights with x, biases included; those of the first forms met are kept."""

    def __init__(self, vectors: WordVectors, weights: Array, biases: Array, *, most_bytes: int) -> None:
        self._vectors = vectors
        # (I, 2G), from (2, I, G) of the two directions
        self._product = ExactProduct(np.concatenate(list(weights), axis=1), largest=vectors.largest)
        self._bias = biases.reshape(-1)
        self._gates = biases.shape[1]
        capacity = max(1, most_bytes // self._bias.nbytes)
        self._kept = np.empty((capacity, len(self._bias)), np.float32)  # takes memory as it is filled
        self._is_kept = np.zeros(capacity, dtype=bool)
        self._generation = 0

    def of_batch(self, forms: FormTable, words: Array) -> WordGates:
        """Return the gates of words (2, N), numbers among those of the batch, one row per direction."""
        if forms.generation != self._generation:
            self._is_kept[:], self._generation = False, forms.generation
        rows, capacity = forms.rows, len(self._kept)
        beyond = rows >= capacity
        fresh = np.flatnonzero(~(beyond | self._is_kept[np.minimum(rows, capacity - 1)]))
        if len(fresh):
            self._kept[rows[fresh]] = self._multiplied(forms, fresh)
            self._is_kept[rows[fresh]] = True
        others = np.flatnonzero(beyond)
        further = self._multiplied(forms, others) if len(others) else self._kept[:0]
        rows = rows.copy()
        rows[others] = capacity + np.arange(len(others))
        both = 2 * rows[forms.places][words]  # two rows per form, one of each direction
        both[1] += 1
        return WordGates(self._kept.reshape(-1, self._gates), further.reshape(-1, self._gates), both)

    def _multiplied(self, forms: FormTable, chosen: Array) -> Array:
        products = self._product.of(self._vectors.of_forms(forms, chosen))
        products += self._bias
        return products
