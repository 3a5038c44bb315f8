"""Rows of a table between tabs, commas or semicolons, by the names of its header; a broken row costs no other one.

What a row says is taken as it stands: no column but the text has to mean anything.
"""

from __future__ import annotations

import sys
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice, pairwise
from typing import IO, Any, Literal

from jmt.bulk.raw_lines import text_of_line
from jmt.errors import CorpusError
from jmt.formats.pairs import is_stsb
from jmt.formats.tables.delimited import Dialect, open_table, records_of_lines
from jmt.formats.tables.header import find_header, names_sentences
from jmt.formats.tables.reading import read_table
from jmt.formats.tables.rows import TableOptions
from jmt.formats.text import read_lines

_MOST_RESTARTS = 2_000
"""Rows with broken quotation after which the rest is given up: each is looked for from the beginning."""

Row = dict[str, Any] | str
"""The cells by their names, or why the row cannot be read."""


def rows_of_table(path: str, *, pairs: bool, column: str | None, is_csv: bool) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a table on this machine, each with its first line; `column` holds the text, where it is told.

    A single column is one between commas where the file `is_csv` by its name, so that marks stand around its cells.
    Raises CorpusError for a file whose header does not tell what is in it.
    """
    with _readable(path) as (copy, broken):
        delimiter = "," if is_csv and _is_one_column(copy) else None
        table = open_table(copy, {}, delimiter, None, "there is no row in this table")
        names, rest = table.names, table.rest
        if pairs and is_stsb(names):  # which has no header
            yield from _rows_as_known(copy, "pairs", broken)
            return
        if pairs and len(names) == 2 and table.dialect.delimiter == "\t" and not names_sentences(names, {}):
            names, rest = ("first", "second"), chain([(table.line, list(table.first))], rest)
        _check_header(names, path, table.line, pairs=pairs, column=column)
        if not pairs and column is None and _has_words_alone(names):
            yield from _rows_as_known(copy, "sentences", broken)
            return
        records = chain(_whole(copy, table.dialect, rest), [(sys.maxsize, "")])
        wrong = sorted(broken)
        for (line, cells), (following, _) in pairwise(records):
            at = bisect_left(wrong, line)
            if at < len(wrong) and wrong[at] < following:
                yield line, broken[wrong[at]]
            elif isinstance(cells, str):
                yield line, cells
            elif len(cells) == len(names):
                yield line, dict(zip(names, cells, strict=True))
            elif cells:
                yield line, f"{len(cells)} cells between {table.dialect.name} where the header names {len(names)}"


def _is_one_column(path: str) -> bool:
    """Whether the header has no delimiter."""
    header = next((line for line in read_lines(path, allow_empty=True) if line.strip()), "")
    return not any(delimiter in header for delimiter in "\t,;")


def _check_header(names: tuple[str, ...], path: str, line: int, *, pairs: bool, column: str | None) -> None:
    """Refuse a header without what is to be annotated, and one that names a column twice."""
    if twice := [name for name, count in Counter(names).items() if name and count > 1]:
        raise CorpusError(f"the header names the column `{twice[0][:40]}` twice: rename one", path, line)
    if pairs:
        find_header(names, {}, "pairs", path, line)
        return
    listed = ", ".join(f"`{name[:40]}`" for name in names[:12])
    if column is not None and column not in names:
        raise CorpusError(f"there is no column `{column}`; there are {listed}", path, line)
    if column is None and "text" not in names:
        try:
            find_header(names, {}, "sentences", path, line)
        except CorpusError:
            message = f"no one column that is known to hold a text, among {listed}: name it with --column"
            raise CorpusError(message, path, line) from None


def _has_words_alone(names: tuple[str, ...]) -> bool:
    """Whether a table has words, and no texts: one word a line, or those of a sentence between blanks."""
    if "text" in names:
        return False
    ours = find_header(names, {}, "sentences", "", None).ours
    return "tokens" in ours and "text" not in ours


def _rows_as_known(
    path: str, family: Literal["pairs", "sentences"], broken: Mapping[int, str]
) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a table that has to be read as a whole; raises CorpusError where any line is broken."""
    if broken:
        line, why = min(broken.items())
        raise CorpusError(why, path, line)
    for row in read_table(path, TableOptions(family=family, as_given=True), form="delimited"):
        yield int(row.pop("line")), row


def _whole(path: str, dialect: Dialect, rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the cells of every record; where quotation marks are broken, go on with the line after."""
    restarts = 0
    while True:
        try:
            yield from rest
        except CorpusError as error:
            restarts += 1
            if error.line is None or restarts > _MOST_RESTARTS:
                raise
            yield error.line, error.message
            rest = _from_line(path, dialect, error.line)
        else:
            return


def _from_line(path: str, dialect: Dialect, before: int) -> Iterator[tuple[int, list[str]]]:
    lines = islice(read_lines(path, keep_ends=True), before, None)
    yield from records_of_lines(lines, dialect, path, before)


@contextmanager
def _readable(path: str) -> Iterator[tuple[str, dict[int, str]]]:
    """Give the path of a table of which every line can be read: it, or a copy; and what is wrong with which line."""
    broken: dict[int, str] = {}
    with open(path, "rb") as stream, tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as copy:
        for number, raw in enumerate(stream, start=1):
            _, why = text_of_line(raw)
            if why is not None:
                broken[number] = why
        if broken:
            stream.seek(0)
            _mend(stream, copy)
        yield (copy.name if broken else path), broken


def _mend(stream: IO[bytes], copy: IO[str]) -> None:
    for raw in stream:
        copy.write(raw.replace(b"\0", b" ").decode("utf-8", errors="replace"))
    copy.flush()
