"""Tables of words under a header: a sentence per line with blanks between its words, or a word per line.

Which of them it is the file shows: blanks inside a cell of words, or empty lines between sentences (or a column that
numbers them, as `sent_id`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from jmt.errors import CorpusError
from jmt.formats.columns import check_span_label, note_stripped, stripped_label
from jmt.formats.notes import Note
from jmt.formats.tables.delimited import Table, check_cells
from jmt.formats.tables.header import SENTENCE_IDS, Header
from jmt.formats.tables.rows import WHOLE_NUMBERS, Row, RowMaker, TableOptions, whole_number

_Records = Iterator[tuple[int, list[str]]]


def read_words(header: Header, records: _Records, options: TableOptions, table: Table, note: Note) -> Iterator[Row]:
    """Yield a row per sentence: lists of words and of what is said of each; raises CorpusError as `read_table` does.

    Raises CorpusError, too, where neither blanks nor empty lines tell sentences from words.
    """
    number = next((at for at, name in enumerate(header.names) if name.lower() in SENTENCE_IDS), None)
    words = header.names.index(header.ours["tokens"])
    seen: list[tuple[int, list[str]]] = []
    is_words = False
    for line, cells in records:
        seen.append((line, cells))
        if cells and len(cells) != len(header.names):
            check_cells(table, cells, line, note)
        if cells and len(cells[words].split()) > 1:
            break
        is_words = (not cells and any(earlier for _, earlier in seen)) or _continues(seen, number)
        if is_words:
            break
    else:
        if sum(1 for _, cells in seen if cells) > 1:
            raise CorpusError(
                "one word per line, and nothing says where a sentence ends: put an empty line after each, or a column "
                "sent_id; or give one sentence per line, its words with blanks between them",
                table.place,
                table.line + 1,
            )
    whole = chain(seen, records)
    if is_words:
        for block in _blocks(whole, number):
            yield _sentence(block, header, options, table, note)
        return
    maker = RowMaker(header, options, table.place, note)
    for line, cells in whole:
        if cells:
            check_cells(table, cells, line, note)
            yield maker.row(dict(zip(header.names, cells, strict=True)), line)


def _continues(seen: list[tuple[int, list[str]]], number: int | None) -> bool:
    """Tell whether a second word has the number of the first one, or none."""
    filled = [cells for _, cells in seen if cells]
    return number is not None and len(filled) > 1 and filled[-1][number].strip() in ("", filled[-2][number].strip())


def _blocks(records: _Records, number: int | None) -> Iterator[list[tuple[int, list[str]]]]:
    block: list[tuple[int, list[str]]] = []
    last = ""
    for line, cells in records:
        given = cells[number].strip() if cells and number is not None and number < len(cells) else ""
        begins = bool(given) and given != last
        last = given or last
        if block and (not cells or begins):
            yield block
            block = []
        if cells:
            block.append((line, cells))
    if block:
        yield block


def _sentence(
    block: list[tuple[int, list[str]]], header: Header, options: TableOptions, table: Table, note: Note
) -> Row:
    names = {**header.kept, **header.ours}
    places = {ours: header.names.index(theirs) for ours, theirs in names.items()}
    row: Row = {ours: [] for ours in names}
    for line, cells in block:
        check_cells(table, cells, line, note)
        taken = [stripped_label(cell) for cell in cells]
        taken[places["tokens"]] = cells[places["tokens"]].strip()
        note_stripped(cells, taken, table.place, line, note)
        for ours, at in places.items():
            if ours in header.ours and not taken[at]:
                raise CorpusError(f"an empty cell in the column `{header.names[at]}`", table.place, line)
            if ours in options.span_fields:
                check_span_label(taken[at], table.place, line)
            row[ours].append(_number(ours, taken[at], table, line) if ours in WHOLE_NUMBERS else taken[at])
    return {**row, "line": block[0][0]}


def _number(ours: str, text: str, table: Table, line: int) -> int:
    number = whole_number(text)
    if number is None:
        raise CorpusError(f"{ours} is `{text[:40]}`, and no whole number of a word", table.place, line)
    return number
