"""The readers by name: which format module reads a file, and at which version of its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from jmt.data.cards import ScoreRange
from jmt.errors import CorpusError
from jmt.formats.columns import read_columns
from jmt.formats.conll2000 import read_conll2000
from jmt.formats.conllu import read_treebank
from jmt.formats.jsonl import read_jsonl
from jmt.formats.notes import Note, ignore_note
from jmt.formats.pairs import read_any, read_pairs, read_sick, read_stsb

Row = dict[str, Any]
_WHOLE_NUMBERS = frozenset({"head"})
"""Columns whose lists hold numbers; those of every other column hold labels."""


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


@dataclass(frozen=True, slots=True)
class Reader:
    """A format, and a version to raise whenever its rows change, so that no cache of older rows is used."""

    version: int
    noted: Callable[[Path, ReaderOptions, Note], Iterator[Row]]
    """Yields the rows, and notes what it takes otherwise than it is written."""

    def rows(self, path: Path, options: ReaderOptions) -> Iterator[Row]:
        """Yield the rows of a file."""
        return self.noted(path, options, ignore_note)


READERS: dict[str, Reader] = {
    "conllu": Reader(1, lambda path, _options, _note: read_treebank(path)),
    "conll2000": Reader(2, lambda path, _, note: read_conll2000(path, note=note)),
    "columns": Reader(
        2,
        lambda path, options, note: read_columns(
            path, columns=options.fields, span_columns=options.span_fields, note=note
        ),
    ),
    "sick": Reader(1, lambda path, _options, _note: read_any(path, read_sick)),
    "stsb": Reader(1, lambda path, _options, _note: read_any(path, read_stsb)),
    "pairs": Reader(
        2,
        lambda path, options, note: read_pairs(
            path, score_range=options.score_range, columns=options.columns, note=note
        ),
    ),
    "jsonl": Reader(1, lambda path, options, _: _read_mapped_jsonl(path, options)),
}


def with_tokens(rows: Iterator[Row], tokenizer: Tokenizer) -> Iterator[Row]:
    """Add `first_tokens` and `second_tokens` to rows of pairs; a sentence that recurs is split once.

    Rows of sentences, and pairs that bring their tokens, pass unchanged.
    """
    known: dict[str, list[str]] = {}

    def split(text: str) -> list[str]:
        if text not in known:
            known[text] = tokenizer.tokenize(text) or [text]
        return known[text]

    for row in rows:
        if "tokens" in row or "first_tokens" in row:
            yield row
        else:
            yield {**row, "first_tokens": split(row["first"]), "second_tokens": split(row["second"])}


def mapped_row(row: Row, columns: Mapping[str, str], place: str, line: int) -> Row:
    """Return a row of a foreign corpus under our names, its values as our columns hold them.

    Raises CorpusError where a column is missing, where it has no value, and where a list is not as long as the words.
    """
    result: Row = {}
    for ours, theirs in (columns or {name: name for name in row if name != "line"}).items():
        if row.get(theirs) is None:
            there = ", ".join(sorted(name for name in row if name != "line"))
            state = "has no value" if theirs in row else f"is missing; there are {there}"
            raise CorpusError(f"the column {theirs!r} {state}", place, line)
        result[ours] = _plain(ours, row[theirs])
    missing = "tokens" not in result and not {"first", "second"} <= result.keys()
    if missing or not all(result.get(name, True) for name in ("tokens", "first", "second")):
        raise CorpusError(
            "a row needs `tokens`, or `first` and `second`, and they may not be empty; there are "
            f"{', '.join(sorted(row))}: map them with `columns`",
            place,
            line,
        )
    for name, value in result.items():
        if isinstance(value, list) and "tokens" in result and len(value) != len(result["tokens"]):
            message = f"{len(value)} values of {name} for {len(result['tokens'])} tokens"
            raise CorpusError(message, place, line)
    return {**result, "line": line}


def _plain(column: str, value: object) -> object:
    if isinstance(value, list):
        return [int(item) for item in value] if column in _WHOLE_NUMBERS else [str(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return str(value)


def _read_mapped_jsonl(path: Path, options: ReaderOptions) -> Iterator[Row]:
    for row in read_jsonl(path):
        yield mapped_row(row, options.columns, str(path), row["line"])
