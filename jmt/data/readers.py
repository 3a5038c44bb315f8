"""The readers by name: which format module reads a file, and at which version of its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from jmt.data.cards import Family, ScoreRange
from jmt.formats.columns import read_columns
from jmt.formats.conll2000 import read_conll2000
from jmt.formats.conllu import read_treebank
from jmt.formats.emotion_causes import read_emotion_causes
from jmt.formats.notes import Note, ignore_note
from jmt.formats.pairs import is_sick, is_stsb, read_sick, read_stsb
from jmt.formats.tables.delimited import first_cells
from jmt.formats.tables.header import names_sentences
from jmt.formats.tables.quoting import Quoting
from jmt.formats.tables.reading import Form, form_of, read_table
from jmt.formats.tables.rows import TableOptions

Row = dict[str, Any]


class Tokenizer(Protocol):
    """What splits the sentences of a pair; its name and version are part of the key of the cache."""

    @property
    def name_and_version(self) -> str:
        """Return what changes whenever the tokens may."""
        ...

    def tokenize(self, text: str) -> list[str]:
        """Split one text into words."""
        ...


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """What a card or a specification tells its reader."""

    fields: tuple[str, ...] = ("tokens", "ner")
    span_fields: tuple[str, ...] = ("ner", "chunk")
    score_range: ScoreRange | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our names to those of the file."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of a table to those that are meant."""
    delimiter: str | None = None
    quoting: Quoting | None = None
    family: Family | None = None
    """Which examples of a table are meant, where a task is known that needs them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A format, and a version to raise whenever its rows change, so that no cache of older rows is used."""

    version: int
    noted: Callable[[Path, ReaderOptions, Note], Iterator[Row]]
    """Yields the rows, and notes what it takes otherwise than it is written."""

    def rows(self, path: Path, options: ReaderOptions) -> Iterator[Row]:
        """Yield the rows of a file."""
        return self.noted(path, options, ignore_note)


def _table(path: Path, options: ReaderOptions, note: Note, form: Form | None = None) -> Iterator[Row]:
    told = TableOptions(
        options.family,
        options.columns,
        options.labels,
        options.score_range,
        options.delimiter,
        options.quoting,
        options.span_fields,
    )
    return read_table(path, told, form=form, note=note)


def _pairs(path: Path, options: ReaderOptions, note: Note) -> Iterator[Row]:
    return _table(path, replace(options, family="pairs"), note)


def _known_pairs(
    usual: Callable[[Path], Iterator[Row]],
) -> Callable[[Path, ReaderOptions, Note], Iterator[Row]]:
    """Return a reader of pairs in the format that the first line shows; where it shows none, of the usual one."""

    def rows(path: Path, options: ReaderOptions, note: Note) -> Iterator[Row]:
        if form_of(path) != "delimited":
            return _pairs(path, options, note)
        cells = first_cells(path, {})
        if is_sick(cells):
            return read_sick(path)
        if is_stsb(cells):
            return read_stsb(path)
        return _pairs(path, options, note) if names_sentences(cells, {}) else usual(path)

    return rows


READERS: dict[str, Reader] = {
    "conllu": Reader(1, lambda path, _options, _note: read_treebank(path)),
    "conll2000": Reader(2, lambda path, _, note: read_conll2000(path, note=note)),
    "columns": Reader(
        2,
        lambda path, options, note: read_columns(
            path, columns=options.fields, span_columns=options.span_fields, note=note
        ),
    ),
    "emotion_causes": Reader(1, lambda path, _options, _note: read_emotion_causes(path)),
    "sick": Reader(2, _known_pairs(read_sick)),
    "stsb": Reader(2, _known_pairs(read_stsb)),
    "pairs": Reader(3, _pairs),
    "table": Reader(1, _table),
    "jsonl": Reader(2, lambda path, options, note: _table(path, options, note, "jsonl")),
    "parquet": Reader(2, lambda path, options, note: _table(path, options, note, "parquet")),
}


def with_tokens(rows: Iterator[Row], tokenizer: Tokenizer) -> Iterator[Row]:
    """Add `first_tokens` and `second_tokens` to rows of pairs, and `tokens` to texts; one that recurs is split once.

    Rows that bring their tokens pass unchanged.
    """
    known: dict[str, list[str]] = {}

    def split(text: str) -> list[str]:
        if text not in known:
            known[text] = tokenizer.tokenize(text) or [text]
        return known[text]

    for row in rows:
        if "tokens" in row or "first_tokens" in row:
            yield row
        elif "first" in row:
            yield {**row, "first_tokens": split(row["first"]), "second_tokens": split(row["second"])}
        else:
            yield {**row, "tokens": split(row["text"])}
