"""Vectors brought to a model: found for its symbols, brought to scale, written into its tables."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.ngrams import length_of
from jmt.cascade.symbols.vocabulary import Vocabulary
from jmt.errors import ConfigError, JmtError
from jmt.network.model import JointModel
from jmt.network.parts import TABLES
from jmt.training.settings.training import VectorsSettings
from jmt.training.vectors.files import NamedVector, stream_vectors


@dataclass(frozen=True, slots=True)
class Fitted:
    """A vocabulary, possibly extended, and the vectors that were found for its rows."""

    vocabulary: Vocabulary
    rows: np.ndarray
    """(N,)"""
    vectors: np.ndarray
    """(N, D) float32."""


def fit_vectors(
    found: Iterable[NamedVector], vocabulary: Vocabulary, key: Callable[[str], str | None], *, extra: int
) -> Fitted:
    """Choose the vectors of a vocabulary's symbols, and up to `extra` first ones of other symbols, which join it.

    `key` turns a symbol of the file into one of the vocabulary (None: no use for it).  A vector whose own symbol is
    the key wins over those of other spellings (`Apple` for `apple`); among these, the first.
    """
    chosen: dict[str, np.ndarray] = {}
    exact: set[str] = set()
    fresh = 0
    for symbol, vector in found:
        wanted = key(symbol)
        if wanted is None or wanted in exact or (wanted in chosen and wanted != symbol):
            continue
        if wanted not in chosen and wanted not in vocabulary:
            if fresh >= extra:
                continue
            fresh += 1
        if wanted == symbol:
            exact.add(symbol)
        chosen[wanted] = vector
    added = [symbol for symbol in chosen if symbol not in vocabulary]
    grown = Vocabulary([*vocabulary.symbols, *added], [*vocabulary.counts, *[0] * len(added)])
    rows = np.array([grown[symbol] for symbol in chosen], dtype=np.int64)
    return Fitted(grown, rows, np.stack([*chosen.values()]) if chosen else np.zeros((0, 0), dtype=np.float32))


def scaled(fitted: Fitted, scale: float, known: int) -> np.ndarray:
    """Return the vectors times one factor, so that those of the first `known` rows have this root mean square."""
    strength = float(np.sqrt(np.mean(np.square(fitted.vectors[fitted.rows < known]))))
    result: np.ndarray = fitted.vectors * (scale / strength) if strength else fitted.vectors
    return result


def find_vectors(
    lexicon: Lexicon, settings: VectorsSettings, sizes: dict[str, int]
) -> tuple[Lexicon, dict[str, Fitted]]:
    """Read the files that the settings name; return the lexicon with their further symbols, and what was found.

    Words are looked up in lower case, n-grams as they are, those of the lexicon's lengths only.

    Raises:
        ConfigError: vectors of another size than the encoder's; CorpusError, InputError: broken files.
    """
    found: dict[str, Fitted] = {}
    vocabularies = {"words": lexicon.words, "ngrams": lexicon.ngrams}
    lengths = frozenset(lexicon.ngram_sizes)
    keys: dict[str, Callable[[str], str | None]] = {
        "words": str.lower,
        "ngrams": lambda ngram: ngram if length_of(ngram, lexicon.unit) in lengths else None,
    }
    for table, path in named_tables(settings, lexicon.ngram_sizes):
        stream = _open_table(table, path, sizes)
        extra = settings.limit if settings.extend else 0
        fitted = fit_vectors(stream, vocabularies[table], keys[table], extra=extra)
        if not (fitted.rows < len(vocabularies[table])).any():
            raise ConfigError(f"training.vectors.{table} = {path!r}: holds no vector of any symbol in the corpora")
        vectors = scaled(fitted, settings.scale, len(vocabularies[table]))
        found[table] = Fitted(fitted.vocabulary, fitted.rows, vectors)
        vocabularies[table] = fitted.vocabulary
    return Lexicon(vocabularies["words"], vocabularies["ngrams"], lexicon.ngram_sizes, lexicon.unit), found


def named_tables(settings: VectorsSettings, ngram_sizes: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield the tables that start from vectors, `words` or `ngrams`, each with its path."""
    if settings.words is not None:
        yield "words", settings.words
    if settings.ngrams is not None and ngram_sizes:
        yield "ngrams", settings.ngrams


def _open_table(table: str, path: str, sizes: Mapping[str, int]) -> Iterable[NamedVector]:
    """Return the vectors of a table as a stream, which raises an error where it comes to a fault.

    Raises:
        ConfigError: the path leads nowhere.
    """
    if not Path(path).exists():
        raise ConfigError(
            f"training.vectors.{table} = {path!r}: there is nothing; make vectors by `jmt vectors train TEXT... "
            f"--output {path}`, name others by --set training.vectors.{table}=PATH, or do without any by "
            "--set training.vectors={}"
        )
    return _checked_sizes(stream_vectors(path, table), table, path, sizes[table])


def vector_faults(settings: VectorsSettings, ngram_sizes: Sequence[int], sizes: Mapping[str, int]) -> list[JmtError]:
    """Read all vectors that a configuration names; return what keeps them from being loaded, one fault a table."""
    faults: list[JmtError] = []
    for table, path in named_tables(settings, ngram_sizes):
        try:
            deque(_open_table(table, path, sizes), maxlen=0)
        except JmtError as error:
            faults.append(error)
    return faults


def _checked_sizes(found: Iterable[NamedVector], table: str, path: str, size: int) -> Iterable[NamedVector]:
    """Pass vectors on; refuse those that do not fit the model's table."""
    key = {"words": "word_size", "ngrams": "ngram_size"}[table]
    for symbol, vector in found:
        if len(vector) != size:
            raise ConfigError(
                f"training.vectors.{table} = {path!r}: vectors of {len(vector)} numbers, encoder.{key} is {size}: "
                f"--set encoder.{key}={len(vector)} makes them fit"
            )
        yield symbol, vector


def place_vectors(model: JointModel, found: dict[str, Fitted]) -> None:
    """Write the vectors into the model's tables; rows without a vector keep what they have."""
    for table, fitted in found.items():
        parameter = _table_of(model, table)
        with torch.no_grad():
            parameter[torch.from_numpy(fitted.rows)] = torch.from_numpy(fitted.vectors).to(parameter)


def place_new(model: JointModel, known: Lexicon, settings: VectorsSettings) -> None:
    """Write vectors into the rows of a grown model beyond the symbols that were known: those were trained."""
    encoder = model.config.encoder
    sizes = {"words": encoder.word_size, "ngrams": encoder.ngram_size}
    _, found = find_vectors(model.lexicon, settings.model_copy(update={"extend": False}), sizes)
    firsts = {"words": len(known.words), "ngrams": len(known.ngrams)}
    for table, fitted in found.items():
        new = fitted.rows >= firsts[table]
        found[table] = Fitted(fitted.vocabulary, fitted.rows[new], fitted.vectors[new])
    place_vectors(model, found)


def freeze_vectors(model: JointModel, settings: VectorsSettings | None) -> None:
    """Keep the tables that came from files as they are, where the settings say so."""
    if settings is not None and settings.freeze:
        for table, path in (("words", settings.words), ("ngrams", settings.ngrams)):
            if path is not None:
                _table_of(model, table).requires_grad_(False)


def _table_of(model: JointModel, table: str) -> Tensor:
    """Return the model's table of words or n-grams."""
    return model.get_parameter(TABLES[table])
