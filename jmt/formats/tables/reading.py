"""Tables as people have them: CSV, TSV, JSON lines and Parquet, of pairs, of single sentences, or of words.

What a file is its first bytes tell; what its columns are, its header.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from jmt.errors import CorpusError
from jmt.formats.jsonl import read_objects
from jmt.formats.notes import Note, ignore_note
from jmt.formats.pairs import is_stsb, stsb_rows
from jmt.formats.tables.delimited import Table, check_cells, first_cells, open_table
from jmt.formats.tables.header import Header, find_header, names_sentences
from jmt.formats.tables.parquet import is_parquet, read_parquet
from jmt.formats.tables.rows import Row, RowMaker, TableOptions
from jmt.formats.tables.words import read_words
from jmt.formats.text import path_in_messages, read_lines

Form = Literal["delimited", "jsonl", "parquet"]
_NOTHING = {
    "pairs": "no pair in this file; each line has two sentences between a tab, or a header names them",
    "sentences": "no sentence in this file; a header names its columns, and each line has a sentence",
}
_AS_DEFAULT = TableOptions()


def read_table(
    path: str | Path, options: TableOptions = _AS_DEFAULT, *, form: Form | None = None, note: Note = ignore_note
) -> Iterator[Row]:
    """Yield a row per pair or sentence of a table in any of these forms; `-` is standard input, and no Parquet.

    Pairs have first and second, sentences text or tokens, as they stand in the file; `label`, `score`, `entailment`
    (lower case), `relatedness`, labels of words, other columns, and `line` go along.
    Raises CorpusError with file and line for a header that does not tell, a record of another number of cells, an
    empty sentence, a bad score or label, and for a file without rows.
    """
    form = form or form_of(path)
    if form == "delimited":
        yield from _delimited(path, options, note)
        return
    records = read_objects(path) if form == "jsonl" else read_parquet(path)
    yield from named_rows(records, options, path_in_messages(path), note)


def form_of(path: str | Path) -> Form:
    """Return what a file is: Parquet by its first bytes, JSON lines by its name or a first line that is an object."""
    if str(path) == "-":
        return "delimited"
    if is_parquet(path) or Path(path).suffix == ".parquet":
        return "parquet"
    if Path(path).suffix in (".jsonl", ".ndjson", ".json"):
        return "jsonl"
    first = next((line for line in read_lines(path, allow_empty=True) if line.strip()), "").strip()
    return "jsonl" if first.startswith("{") and _is_object(first) else "delimited"


def table_names(path: str | Path) -> list[str]:
    """Return the names of a table's columns, or the cells of its first line where these are none.

    Raises CorpusError where the file cannot be read, or its first line may be cut in two ways.
    """
    form = form_of(path)
    if form == "delimited":
        return first_cells(path, {})
    return list(next(iter(read_objects(path) if form == "jsonl" else read_parquet(path)), (0, {}))[1])


def named_rows(
    records: Iterable[tuple[int, Mapping[str, Any]]], options: TableOptions, place: str, note: Note
) -> Iterator[Row]:
    """Yield the rows of records that come with their names, each with its line; the first tells the columns.

    With `columns` the others are left out.  Raises CorpusError as `read_table` does.
    """
    maker: RowMaker | None = None
    found = False
    for line, record in records:
        if maker is None:
            maker = RowMaker(header_of_names(list(record), options, place, line), options, place, note)
        found = True
        yield maker.row(record, line)
    if not found:
        raise CorpusError(_NOTHING[options.family or "sentences"], place)


def header_of_names(names: list[str], options: TableOptions, place: str, line: int | None) -> Header:
    """Return the header of records that come with their names."""
    if missing := [name for name in options.columns.values() if name not in names]:
        raise CorpusError(
            f"there is no column {missing[0]!r}; there are {', '.join(sorted(names))}: map ours to them with `columns`",
            place,
            line,
        )
    header = find_header(names, options.columns, options.family, place, line)
    return Header(header.family, header.names, header.ours, {}, header.told) if options.columns else header


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except RecursionError:  # which is told when it is read
        return True
    except ValueError:
        return False


def _delimited(path: str | Path, options: TableOptions, note: Note) -> Iterator[Row]:
    nothing = _NOTHING[options.family or "sentences"]
    table = open_table(path, options.columns, options.delimiter, options.quoting, nothing)
    if options.family != "sentences" and not options.columns and is_stsb(table.names):
        lines = ((line, cells) for line, cells in chain([(table.line, list(table.first))], table.rest) if cells)
        yield from stsb_rows(lines, table.place)
        return
    header, rest = _header(table, options)
    if table.dialect.quoting == "csv" and table.dialect.is_found:
        message = "cells stand in quotation marks, as the file shows: they are taken off, doubled ones are one"
        note(CorpusError(message, table.place, table.line))
    if header.family == "sentences" and "tokens" in header.ours:
        rows = read_words(header, rest, options, table, note)
    else:
        maker = RowMaker(header, options, table.place, note)
        rows = (maker.row(record, line) for line, record in _checked(header, rest, table, note))
    found = False
    for row in rows:
        found = True
        yield row
    if not found:
        raise CorpusError(nothing, table.place)


def _checked(
    header: Header, records: Iterator[tuple[int, list[str]]], table: Table, note: Note
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in records:
        if cells:
            check_cells(table, cells, line, note)
            yield line, dict(zip(header.names, cells, strict=True))


def _header(table: Table, options: TableOptions) -> tuple[Header, Iterator[tuple[int, list[str]]]]:
    """Return the header of a table and what is behind it; two cells between a tab that name nothing are a pair."""
    if (
        options.family != "sentences"
        and len(table.first) == 2
        and table.dialect.delimiter == "\t"
        and not names_sentences(table.names, options.columns)
        and not options.columns
    ):
        header = Header("pairs", ("first", "second"), {"first": "first", "second": "second"}, {}, frozenset())
        return header, chain([(table.line, list(table.first))], table.rest)
    return find_header(table.names, options.columns, options.family, table.place, table.line), table.rest
