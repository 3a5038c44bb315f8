"""Tables between tabs, commas or semicolons: how one is written, and the cells of its records.

Quoted tables are those of RFC 4180: a field may stand in quotation marks, and may then hold delimiters and line ends.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from jmt.errors import CorpusError
from jmt.formats.notes import Note
from jmt.formats.pairs import is_sick, is_stsb
from jmt.formats.tables.header import known_names
from jmt.formats.tables.quoting import MARK, Quoting, find_quoting, is_whole
from jmt.formats.text import MOST_BYTES, path_in_messages, read_lines

_NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons"}
_QUOTED_AT_STDIN = "this cell looks quoted, which only a whole file can tell: name the file, `-` is read as it comes"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    quoting: Quoting
    is_found: bool = False
    """Whether the quoting was found in the file, and neither told nor the rule of its delimiter."""

    @property
    def name(self) -> str:
        """What stands between the cells, as messages say it."""
        return _NAMES.get(self.delimiter, f"`{self.delimiter}`")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was opened: its dialect, the cells of its first record, and what comes after."""

    place: str
    dialect: Dialect
    first: tuple[str, ...]
    line: int
    """Of the first record."""
    rest: Iterator[tuple[int, list[str]]]
    """The first line of every further record, and its cells; none for an empty line."""

    @property
    def names(self) -> tuple[str, ...]:
        """The first record as a header: without blanks around its cells."""
        return tuple(cell.strip() for cell in self.first)


def open_table(
    path: str | Path, columns: Mapping[str, str], delimiter: str | None, quoting: Quoting | None, nothing: str
) -> Table:
    """Open a table; what is not told (`delimiter`, `quoting`) is found.

    Raises CorpusError where the header may be cut in two ways, where quotation marks may be meant in two ways, where
    they are not closed, and `nothing` where there is no record.
    """
    place = path_in_messages(path)
    lines = read_lines(path, keep_ends=True)
    before, line = next(((at, line) for at, line in enumerate(lines) if line.strip()), (0, ""))
    if not line:
        raise CorpusError(nothing, place)
    at = delimiter or _find_delimiter(line.strip("\r\n"), columns, place, before + 1)
    dialect = _find_dialect(path, line, at, quoting, place)
    records = records_of_lines(
        chain([line], lines), dialect, place, before, unsure=str(path) == "-" and quoting is None
    )
    number, cells = next(records)
    return Table(place, dialect, tuple(cells), number, records)


def first_cells(path: str | Path, columns: Mapping[str, str], delimiter: str | None = None) -> list[str]:
    """Return the cells of the first line that is not empty, without blanks around them; none where there is no line.

    Raises CorpusError where the line may be cut in two ways.
    """
    first = ((number, line) for number, line in enumerate(read_lines(path, allow_empty=True), start=1) if line.strip())
    number, line = next(first, (1, ""))
    return _cut(line, delimiter or _find_delimiter(line, columns, str(path), number)) if line else []


def check_cells(table: Table, cells: Sequence[str], line: int, note: Note) -> None:
    """Raise CorpusError for a record of another number of cells; note those in quotation marks that are text."""
    if len(cells) != len(table.first):
        count = f"{len(cells)} column{'s' if len(cells) > 1 else ''} where each line has {len(table.first)}"
        names = ", ".join(name[:40] for name in table.names[:12])
        message = f"{count} between {table.dialect.name} ({names}); a header line can name more"
        raise CorpusError(message, table.place, line)
    if any(cell.startswith(MARK) and is_whole(cell) for cell in map(str.strip, cells)):
        why = 'which are text, as the others show: quoting = "csv" would take them off'
        if table.dialect.quoting == "csv":
            why = "which are text, since more marks or a blank stand around them"
        message = f"a cell stands in quotation marks, {why}"
        note(CorpusError(message, table.place, line))


def _find_delimiter(line: str, columns: Mapping[str, str], place: str, number: int) -> str:
    """Return what cuts a header into cells; that which gives more names that are known, where two do."""
    if "\t" in line:
        return "\t"
    cuts = {delimiter: _cut(line, delimiter) for delimiter in (",", ";")}
    several = [delimiter for delimiter, cells in cuts.items() if len(cells) > 1]
    if len(several) < 2:
        return several[0] if several else "\t"
    known = {delimiter: known_names(cuts[delimiter], columns) for delimiter in several}
    if known[","] == known[";"]:
        counts = " and ".join(f"{len(cuts[delimiter])} columns between {_NAMES[delimiter]}" for delimiter in several)
        message = f'the header can be cut into {counts}: say which, as in delimiter = ";"'
        raise CorpusError(message, place, number)
    return max(several, key=lambda delimiter: known[delimiter])


def _cut(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [line]


def _find_dialect(path: str | Path, line: str, delimiter: str, quoting: Quoting | None, place: str) -> Dialect:
    if quoting is not None:
        return Dialect(delimiter, quoting)
    if delimiter != "\t":
        return Dialect(delimiter, "csv")
    lines = [line] if place != str(path) else read_lines(path, keep_ends=True)
    found = find_quoting(lines, delimiter)
    if found is None:
        names = _cut(line, delimiter)
        if is_sick(names) or is_stsb(names):
            return Dialect(delimiter, "text")
        raise CorpusError(
            "cells stand in quotation marks that may be text or quoting: say which where the corpus is described, "
            'quoting = "text" or quoting = "csv", or write the table as JSON lines',
            place,
        )
    return Dialect(delimiter, found, is_found=True)


def records_of_lines(
    lines: Iterable[str], dialect: Dialect, place: str, before: int, *, unsure: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line of every record, and its cells; of the lines behind the first `before`, ends included.

    Raises CorpusError where quotation marks are broken, with the line on which the record begins.
    """
    if dialect.quoting == "csv":
        yield from _quoted(lines, dialect, place, before)
        return
    for number, line in enumerate(lines, start=before + 1):
        text = line.removesuffix("\n").removesuffix("\r")
        cells = text.split(dialect.delimiter)
        if unsure and MARK * 2 in text and any(MARK * 2 in cell[1:-1] and is_whole(cell) for cell in cells):
            raise CorpusError(_QUOTED_AT_STDIN, place, number)
        yield number, cells if text.strip() else []


def _quoted(lines: Iterable[str], dialect: Dialect, place: str, before: int) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MOST_BYTES)  # of the process, as Python has it; a line may be as long
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
    while True:
        start = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CorpusError(_fault(str(error), dialect), place, start) from None
        yield start, cells if any(map(str.strip, cells)) else []


def _fault(reason: str, dialect: Dialect) -> str:
    if "unexpected end" in reason or "field larger" in reason:
        what = "a quotation mark that opens here is never closed"
    elif "expected after" in reason:
        what = "a cell goes on behind the quotation mark that closes it; marks inside are doubled"
    elif "new-line" in reason:
        what = "a carriage return inside a cell, which only a cell in quotation marks may hold"
    else:
        what = f"this is no quoted table: {reason}"
    return (
        f'{what} (cells between {dialect.name}); if quotation marks are text, say quoting = "text" where the corpus is '
        "described, or write the table as JSON lines"
    )
