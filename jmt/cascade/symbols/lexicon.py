"""What the model knows about word forms: a word's index, and the indices of its n-grams.

Words are looked up in lower case, n-grams keep their case (Hashimoto et al. 2017, section 2.1 and appendix A, B).
A form's n-grams are computed once and then looked up; the table of forms is bounded, so that a service that meets
new words for ever does not grow.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from jmt.cascade.symbols.ngrams import Unit, ngrams_of
from jmt.cascade.symbols.vocabulary import UNKNOWN, Vocabulary
from jmt.errors import CheckpointError
from jmt.files.guards.checkpoint import MOST_SYMBOLS

MOST_FORMS = 100_000
"""Forms remembered before the table starts anew (about 60 MB)."""


class Lexicon:
    """Maps forms to rows of word index and n-gram indices; words and n-grams never change once it is built."""

    def __init__(
        self, words: Vocabulary, ngrams: Vocabulary, ngram_sizes: Sequence[int], unit: Unit = "characters"
    ) -> None:
        self.words = words
        self.ngrams = ngrams
        self.ngram_sizes = tuple(ngram_sizes)
        self.unit = unit
        """What n-grams are n of."""
        self._generation = 0
        self._forget()

    @classmethod
    def from_sentences(
        cls,
        sentences: Iterable[Sequence[str]],
        *,
        ngram_sizes: Sequence[int],
        word_minimum: int = 1,
        ngram_minimum: int = 1,
        unit: Unit = "characters",
    ) -> Lexicon:
        """Collect words by how often they occur and n-grams by how many different forms have them."""
        words, ngrams = count_symbols(sentences, ngram_sizes, unit)
        return cls(
            Vocabulary.from_counts(words, minimum=word_minimum),
            Vocabulary.from_counts(ngrams, minimum=ngram_minimum),
            ngram_sizes,
            unit,
        )

    def _forget(self) -> None:
        # Flat and typed, not an object per form: small objects that stay would lie between the tensors that come and
        # go, and the process could never hand their memory back.
        self._rows: dict[str, int] = {}
        self._word_ids = array("q")
        self._ngram_ids = array("q")  # of all forms, one after the other
        self._ngram_starts = array("q", [0])  # where each form's begin, and where the last one's end

    def _add(self, form: str) -> int:
        known = [
            self.ngrams.index[ngram] for ngram in ngrams_of(form, self.ngram_sizes, self.unit) if ngram in self.ngrams
        ]
        row = len(self._rows)
        # A form counts once it has its row, which is the last step: what Ctrl-C leaves half written is written over.
        self._word_ids[row:] = array("q", [self.words[form.lower()]])
        self._ngram_ids[self._ngram_starts[row] :] = array("q", known or [UNKNOWN])
        self._ngram_starts[row + 1 :] = array("q", [len(self._ngram_ids)])
        self._rows[form] = row
        return row

    def look_up(self, forms: Sequence[str]) -> FormTable:
        """Return word and n-gram indices of the distinct forms, and for every given form its row among them."""
        if len(self._rows) > MOST_FORMS:
            self._generation += 1  # before: rows of two tables must not pass for those of one
            self._forget()
        known = self._rows
        rows = np.fromiter(
            (known[form] if form in known else self._add(form) for form in forms), dtype=np.int64, count=len(forms)
        )
        distinct, first, places = np.unique(rows, return_index=True, return_inverse=True)
        # In the order of the sentences, not of the rows: rows depend on what was looked up before, the order decides
        # how gradients add up, which an interrupted run has to repeat bit for bit.
        order = np.argsort(first)
        distinct, places = distinct[order], np.argsort(order)[places]
        # No name is given to a view of these arrays: the traceback of a Ctrl-C would keep it, and them from growing.
        firsts = np.frombuffer(self._ngram_starts, dtype=np.int64)[distinct]
        counts = np.frombuffer(self._ngram_starts, dtype=np.int64)[distinct + 1] - firsts
        shifts = firsts - (np.cumsum(counts) - counts)  # from a place in the result to one among all n-grams
        chosen = np.arange(counts.sum()) + np.repeat(shifts, counts)
        return FormTable(
            word_ids=np.frombuffer(self._word_ids, dtype=np.int64)[distinct],
            ngram_ids=np.frombuffer(self._ngram_ids, dtype=np.int64)[chosen],
            ngram_counts=counts,
            places=places,
            rows=distinct,
            generation=self._generation,
        )


class FormTable:
    """The distinct forms of a batch (F of them) and where they stand in it."""

    __slots__ = ("generation", "ngram_counts", "ngram_ids", "places", "rows", "word_ids")

    def __init__(
        self,
        *,
        word_ids: np.ndarray,
        ngram_ids: np.ndarray,
        ngram_counts: np.ndarray,
        places: np.ndarray,
        rows: np.ndarray,
        generation: int,
    ) -> None:
        self.word_ids = word_ids  # (F,)
        self.ngram_ids = ngram_ids  # (sum of counts,)
        self.ngram_counts = ngram_counts  # (F,)
        self.places = places  # (N,), for each word of the batch its form
        self.rows = rows  # (F,), which of all forms that the lexicon has met
        self.generation = generation  # how often it has forgotten them and begun anew

    def keep_words(self, words: int) -> FormTable:
        """Return the table of the first words; the forms stay whole."""
        return FormTable(
            word_ids=self.word_ids,
            ngram_ids=self.ngram_ids,
            ngram_counts=self.ngram_counts,
            places=self.places[:words],
            rows=self.rows,
            generation=self.generation,
        )


def count_symbols(
    sentences: Iterable[Sequence[str]], ngram_sizes: Sequence[int], unit: Unit = "characters"
) -> tuple[Counter[str], Counter[str]]:
    """Count lower-cased words by occurrence, and n-grams by the number of distinct forms that have them."""
    forms = Counter(form for sentence in sentences for form in sentence)
    words: Counter[str] = Counter()
    ngrams: Counter[str] = Counter()
    for form, count in forms.items():
        words[form.lower()] += count
        ngrams.update(ngrams_of(form, ngram_sizes, unit))
    return words, ngrams


def check_size(lexicon: Lexicon) -> None:
    """Refuse to write a vocabulary that would be refused when it is read.

    Raises:
        CheckpointError: more words and n-grams than a model may have.
    """
    symbols = len(lexicon.words) + len(lexicon.ngrams)
    if symbols > MOST_SYMBOLS:
        raise CheckpointError(
            f"{symbols:,} words and n-grams; a model has at most {MOST_SYMBOLS:,}: raise encoder.word_minimum or "
            "encoder.ngram_minimum"
        )
