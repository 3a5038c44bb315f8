"""Every fault of a corpus file, not only the first: a reader stops at one, so it is run again without that place."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jmt.data.readers import READERS, ReaderOptions
from jmt.errors import CorpusError
from jmt.formats.tables.delimited import open_table
from jmt.formats.tables.parquet import is_parquet
from jmt.formats.tables.reading import form_of
from jmt.formats.text import open_binary, split_lines
from jmt.safety.leftovers import owned_file

MOST_FAULTS = 20
"""A file with more is of another format; the rest would teach nothing."""
_MANY_ALIKE = 3
"""Further lines with the same fault, from which on they are only counted."""
_HEADER_READERS = frozenset({"sick", "pairs", "table"})
"""Formats whose first line names the columns, so that it has to stay."""
_BLOCK_READERS = frozenset({"conllu", "conll2000", "columns"})
"""Formats in which an example is a block of lines; in the others it is one line."""
_COUNTED_READERS = frozenset({"emotion_causes"})
"""Formats in which an example says how many lines it has, so that nothing behind a fault can be told apart."""


def find_faults(path: Path, reader_name: str, options: ReaderOptions | None = None) -> list[CorpusError]:
    """Return what is wrong with a file, in the order of its lines, at most one fault per example and `MOST_FAULTS`.

    An example with a fault is blanked, so that the lines behind it keep their numbers, and the rest is read again.
    """
    options = options or ReaderOptions()
    fault = _first_fault(path, reader_name, options)
    if fault is None:
        return []
    faults = [CorpusError(fault.message, path, fault.line)]
    if fault.line is None or is_parquet(path) or reader_name in _COUNTED_READERS:
        return faults
    settled = _settled(path, options) if reader_name in ("pairs", "table") else options
    with open_binary(path) as stream:
        lines = [line if line.endswith(b"\n") else line.rstrip(b"\r") + b"\n" for line in split_lines(stream)]
    with owned_file(Path(tempfile.gettempdir()), "jmt-faults") as copy:
        while fault and fault.line and len(faults) < MOST_FAULTS and not _is_header(fault.line, reader_name):
            lines = _blanked(lines, fault.line, reader_name, settled.quoting)
            if not any(line.strip() for line in lines[int(reader_name in _HEADER_READERS) :]):
                break
            copy.write_bytes(b"".join(lines))
            fault = _first_fault(copy, reader_name, settled)
            if fault and fault.line:
                faults.append(CorpusError(fault.message, path, fault.line))
    return faults


def folded(faults: Sequence[CorpusError]) -> list[CorpusError]:
    """Say what is told of many lines of one file once, and how many they are."""
    alike: dict[tuple[str | None, str], list[CorpusError]] = {}
    for fault in faults:
        alike.setdefault((fault.path, fault.message), []).append(fault)
    told = []
    for first, *rest in alike.values():
        if len(rest) < _MANY_ALIKE:
            told += [first, *rest]
            continue
        more = f"{'at least ' if len(rest) + 1 >= MOST_FAULTS else ''}{len(rest)} more"
        message = f"{first.message} (the same in {more}, the next is line {rest[0].line})"
        told.append(CorpusError(message, first.path, first.line))
    return told


def _first_fault(path: Path, reader_name: str, options: ReaderOptions) -> CorpusError | None:
    try:
        for _ in READERS[reader_name].rows(path, options):
            pass
    except CorpusError as error:
        return error
    return None


def _is_header(line: int, reader_name: str) -> bool:
    return line == 1 and reader_name in _HEADER_READERS


def _settled(path: Path, options: ReaderOptions) -> ReaderOptions:
    """Return the options with what the whole file shows of how it is written, for a copy that lacks some of it."""
    if form_of(path) != "delimited":
        return options
    try:
        table = open_table(path, options.columns, options.delimiter, options.quoting, "")
    except CorpusError:
        return options
    return replace(options, delimiter=table.dialect.delimiter, quoting=table.dialect.quoting)


def _blanked(lines: list[bytes], fault_line: int, reader_name: str, quoting: str | None) -> list[bytes]:
    """Return the lines with everything up to the end of the faulty example blank, the header kept."""
    end = min(fault_line, len(lines))
    while quoting == "csv" and end < len(lines) and b"".join(lines[fault_line - 1 : end]).count(b'"') % 2:
        end += 1  # a cell in quotation marks goes on there
    if reader_name in _BLOCK_READERS:
        while end < len(lines) and lines[end].strip():
            end += 1
    kept = lines[:1] if reader_name in _HEADER_READERS else []
    return [*kept, *[b"\n"] * (end - len(kept)), *lines[end:]]
