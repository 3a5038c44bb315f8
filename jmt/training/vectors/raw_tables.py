"""The two tables of the paper from raw text: words in lower case, character n-grams with their case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from jmt.cascade.symbols.ngrams import character_ngrams
from jmt.training.seeds import derive_seed
from jmt.training.vectors.named_vectors import NamedVectors
from jmt.training.vectors.skipgram import Progress, SkipgramSettings, train_vectors
from jmt.training.vectors.tables import NgramTargets, WordTargets
from jmt.training.vectors.text_index import TextIndex


class WordTraining:
    """Vectors of lower-cased words."""

    name = "words"

    def __init__(self, text: TextIndex, settings: SkipgramSettings) -> None:
        self._text, self._settings = text, settings
        words: Counter[str] = Counter()
        for form, count in zip(text.forms, text.counts.tolist(), strict=True):
            words[form.lower()] += count
        self._words, self._counts = frequent(words, settings.minimum)
        index = {word: position for position, word in enumerate(self._words)}
        self._symbol_of = np.array([index.get(form.lower(), -1) for form in text.forms], dtype=np.int64)
        self._targets = WordTargets(len(self._words), settings.size, generator(settings, self.name))

    def train(self) -> Iterator[Progress]:
        """Train, reporting on the way."""
        return train_vectors(self._text, self._symbol_of, self._counts, self._targets, self._settings)

    def result(self) -> NamedVectors:
        """Return the vectors, most frequent word first."""
        return NamedVectors(self._words, self._targets.table.vectors.numpy())


class NgramTraining:
    """Vectors of character n-grams: a target is the mean of its own (eq. 11), contexts are words with their case."""

    name = "ngrams"

    def __init__(self, text: TextIndex, settings: SkipgramSettings, sizes: Sequence[int]) -> None:
        self._text, self._settings = text, settings
        forms = Counter(dict(zip(text.forms, text.counts.tolist(), strict=True)))
        occurrences: Counter[str] = Counter()
        for form, count in forms.items():
            for ngram in character_ngrams(form, sizes):
                occurrences[ngram] += count
        self._ngrams, _ = frequent(occurrences, settings.ngram_minimum)
        kept, self._counts = frequent(forms, settings.minimum)
        index = {form: position for position, form in enumerate(kept)}
        self._symbol_of = np.array([index.get(form, -1) for form in text.forms], dtype=np.int64)
        known = {ngram: position for position, ngram in enumerate(self._ngrams)}
        rows = [[known[ngram] for ngram in character_ngrams(form, sizes) if ngram in known] for form in kept]
        self._targets = NgramTargets(
            len(self._ngrams),
            settings.size,
            generator(settings, self.name),
            torch.tensor([ngram for row in rows for ngram in row], dtype=torch.long),
            torch.tensor([0, *np.cumsum([len(row) for row in rows])], dtype=torch.long),
        )

    def train(self) -> Iterator[Progress]:
        """Train, reporting on the way."""
        return train_vectors(self._text, self._symbol_of, self._counts, self._targets, self._settings)

    def result(self) -> NamedVectors:
        """Return the vectors, most frequent n-gram first."""
        return NamedVectors(self._ngrams, self._targets.table.vectors.numpy())


def frequent(counts: Counter[str], minimum: int) -> tuple[list[str], np.ndarray]:
    """Return the symbols that occur often enough, most frequent first and ties by the alphabet, with their counts."""
    kept = sorted((item for item in counts.items() if item[1] >= minimum), key=lambda item: (-item[1], item[0]))
    return [symbol for symbol, _ in kept], np.array([count for _, count in kept], dtype=np.int64)


def generator(settings: SkipgramSettings, name: str) -> torch.Generator:
    """Return the source of a table's first values."""
    return torch.Generator().manual_seed(derive_seed(settings.seed, "vectors", name))
