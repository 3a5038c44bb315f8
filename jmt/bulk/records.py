"""Pieces of inputs to records, each with its place; one that cannot be read is a record with its fault."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO, Literal

from jmt.annotate.asked import shown_value
from jmt.annotate.building import document_of_words
from jmt.annotate.pair_table import beside_pair
from jmt.annotate.reading import source_of_row
from jmt.bulk.arrow_files import rows_of
from jmt.bulk.raw_lines import SHOWN, text_of_line
from jmt.bulk.shards import Piece
from jmt.bulk.sources import COLUMNAR, opened_input
from jmt.bulk.table_rows import rows_of_table
from jmt.document import Document
from jmt.errors import CorpusError, InputError, JmtError
from jmt.formats.conllu import lay_out_document, read_conllu
from jmt.formats.jsonl import object_of_line
from jmt.formats.tables.header import Header, find_header
from jmt.formats.text import MOST_BYTES, split_lines
from jmt.safety.foreign import reason_of

LONGEST = 1_000_000
"""Code points of a text; what is made of it takes about 300 times as many bytes."""
Others = dict[str, Any]


@dataclass(slots=True)
class Record:
    """One text, or one pair, to annotate."""

    place: str
    line: int | None
    """Number of its line or row, from 1; None for what is about a whole file."""
    shown: str
    """How it begins."""
    document: Document | None = None
    pair: tuple[str, str] | None = None
    others: Others = field(default_factory=dict)
    """What came with it."""
    fault: str | None = None
    """Why it cannot be annotated."""

    @property
    def size(self) -> int:
        """Code points."""
        return len(self.document.text) if self.document else sum(map(len, self.pair or ("", "")))


@dataclass(frozen=True, slots=True)
class Reading:
    """How records are read."""

    pairs: bool = False
    column: str | None = None
    """The column of a table that has the text; None: it is found by its name."""


Content = tuple[Document | None, tuple[str, str] | None, Others]


def records_of(piece: Piece, reading: Reading) -> Iterator[Record]:
    """Yield the records of a piece in order; whatever is wrong with one, or with the rest, is said in a record."""
    if piece.fault:
        yield Record(piece.place, None, "", fault=piece.fault)
        return
    line = None
    try:
        found = _rows(piece, reading) if piece.form in (*COLUMNAR, "table") else _lines(piece, reading)
        for record in found:
            line = record.line
            if record.size > LONGEST:
                why = f"{record.size:,} characters, of {LONGEST:,} that a record may have: split it"
                record = Record(piece.place, record.line, record.shown, fault=why)
            yield record
    except (JmtError, OSError, EOFError, zlib.error) as error:
        where = "nothing" if line is None else f"nothing after {line:,}"
        yield Record(piece.place, None, "", fault=f"{where} of this file could be read: {_message(error)}")


def _record(piece: Piece, line: int, shown: str, make: Callable[[], Content]) -> Record:
    try:
        document, pair, others = make()
    except (JmtError, RecursionError) as error:
        return Record(piece.place, line, shown[:SHOWN], fault=_message(error))
    return Record(piece.place, line, shown[:SHOWN], document, pair, others)


def _message(error: BaseException) -> str:
    """Return what is wrong without the place, which stands beside it."""
    return error.message if isinstance(error, CorpusError) else reason_of(error)


def _lines(piece: Piece, reading: Reading) -> Iterator[Record]:
    """Yield records of lines, or of lines up to a blank one."""
    with opened_input(piece.place, packed=piece.packed) as stream:
        lines = _decoded(stream, piece)
        if piece.form in ("conllu", "paragraphs"):
            for number, block, why in _blocks(lines):
                yield _of_block(piece, number, block, why)
            return
        for number, line, why in lines:
            if why is not None:
                yield Record(piece.place, number, line[:SHOWN], fault=why)
            elif line and not line.isspace():
                yield _record(piece, number, line, lambda: _of_line(line, piece.form, reading))  # noqa: B023


def _of_line(line: str, form: str, reading: Reading) -> Content:
    if form == "text":
        return Document(line, []), None, {}
    if form == "tokens":
        return document_of_words([line.split()]), None, {}
    return _of_row(object_of_line(line, "", 0), reading)


def _of_block(piece: Piece, number: int, lines: list[str], why: str | None) -> Record:
    shown = "\n".join(lines[:3])
    if why is not None:
        return Record(piece.place, number, shown[:SHOWN], fault=why)
    if piece.form == "paragraphs":
        return _record(piece, number, shown, lambda: (Document("\n".join(lines), []), None, {}))

    def read() -> Content:
        return lay_out_document(list(read_conllu(lines, on_broken_tree=lambda fault: None))), None, {}

    return _record(piece, number, shown, read)


def _blocks(lines: Iterator[tuple[int, str, str | None]]) -> Iterator[tuple[int, list[str], str | None]]:
    """Join lines up to the next blank one; one fault is enough for all of them."""
    block: list[str] = []
    first, fault = 1, None
    for number, line, why in lines:
        if why is None and (not line or line.isspace()):
            if block:
                yield first, block, fault
            block, fault = [], None
            continue
        if not block:
            first = number
        block.append(line)
        fault = fault or (why and f"line {number}: {why}")
    if block:
        yield first, block, fault


def _decoded(stream: BinaryIO, piece: Piece) -> Iterator[tuple[int, str, str | None]]:
    """Yield the number of every line, the line without its end, and why it is none; where it is one, None."""
    position, number = piece.start, piece.line
    if position:
        stream.seek(position)
    while piece.stop is None or position < piece.stop:
        raw = stream.readline(MOST_BYTES + 1)
        if not raw:
            return
        length = len(raw)
        position += length
        while length > MOST_BYTES and not raw.endswith(b"\n"):  # the rest of a line that is too long is passed over
            if not (raw := stream.readline(MOST_BYTES)):
                break
            position += len(raw)
        if length > MOST_BYTES:
            yield number, "", f"a line of over {MOST_BYTES:,} bytes"
            number += 1
            continue
        for line in split_lines([raw]) if not piece.start and position == len(raw) else [raw]:
            yield number, *text_of_line(line, first=not piece.start and number == 1)
            number += 1


def _rows(piece: Piece, reading: Reading) -> Iterator[Record]:
    """Yield records of the rows of a table."""
    for line, row in _table(piece, reading) if piece.form == "table" else _columnar(piece):
        if isinstance(row, str):
            yield Record(piece.place, line, "", fault=row)
        else:
            yield _record(piece, line, str(row), lambda: _of_row(row, reading))  # noqa: B023


def _columnar(piece: Piece) -> Iterator[tuple[int, dict[str, Any] | str]]:
    return enumerate(rows_of(piece.place, piece.form, piece.start, piece.stop), start=piece.line)


def _table(piece: Piece, reading: Reading) -> Iterator[tuple[int, dict[str, Any] | str]]:
    with _as_local_file(piece) as path:
        is_csv = piece.place.lower().removesuffix(".gz").endswith(".csv")
        yield from rows_of_table(path, pairs=reading.pairs, column=reading.column, is_csv=is_csv)


@contextmanager
def _as_local_file(piece: Piece) -> Iterator[str]:
    """Give the path of a file that is on this machine and not packed: the file itself, or a copy of it."""
    if not piece.packed and "://" not in piece.place:
        yield piece.place
        return
    with tempfile.NamedTemporaryFile() as copy, opened_input(piece.place, packed=piece.packed) as stream:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield copy.name


def _of_row(row: dict[str, Any], reading: Reading) -> Content:
    """Return what the values of a row mean, by their names."""
    names = tuple(row)
    if reading.pairs:
        header = _header(names, "pairs")
        ours = {name: row[theirs] for name, theirs in header.ours.items()}
        pair = ours["first"], ours["second"]
        if wrong := [value for value in pair if not isinstance(value, str)]:
            raise InputError(f"a sentence of a pair is a text, found {shown_value(wrong[0])}")
        others = {name: row[theirs] for name, theirs in header.kept.items() if theirs not in header.ours.values()}
        return None, pair, beside_pair({**others, **ours})
    if reading.column is not None and reading.column not in row:
        raise InputError(f"there is no column `{reading.column}`; there are {', '.join(names)}")
    used = reading.column if reading.column in row else None
    if used is None and not {"text", "tokens"} & row.keys():
        try:
            known = _header(names, "sentences").ours
        except CorpusError:
            listed = ", ".join(f"`{name[:40]}`" for name in names[:12]) or "none"
            raise InputError(f"no column that is known to hold a text, among {listed}: name it with --column") from None
        words, text = known.get("tokens"), known.get("text")
        used = words if text is None or isinstance(row.get(str(words)), list) else text
    if used is not None:
        others = {key: value for key, value in row.items() if key != used}
        key = "tokens" if isinstance(row[used], list) else "text"
        document, _ = source_of_row({key: row[used]}, _unsplit)
        return document, None, others
    if row.get("text", "") is None and not isinstance(row.get("tokens"), list):
        raise InputError("`text` is null: there is nothing to annotate")
    document, others = source_of_row(row, _unsplit)
    return document, None, others


@lru_cache(64)
def _header(names: tuple[str, ...], family: Literal["pairs", "sentences"]) -> Header:
    return find_header(names, {}, family, "", None)


def _unsplit(text: str) -> Document:
    """Return a text that is split where it is annotated."""
    return Document(text, [])
