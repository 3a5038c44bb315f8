"""One word and its labels per line between tabs, an empty line after each sentence: WNUT-17 and corpora like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.notes import Note, ignore_note
from jmt.formats.text import read_lines

_SPAN_CODES = frozenset("BIES")


_BLANKS = "\u200b\u200c\u200d\u2060\ufeff"
"""Characters of no width, which at an end of a label are as invisible as a space there."""
_DOCUMENT_START = "-DOCSTART-"
"""The one word of the line with which CoNLL's files begin a document; it is no sentence."""


def read_columns(
    path: str | Path,
    *,
    columns: Sequence[str] = ("tokens", "ner"),
    span_columns: Sequence[str] = ("ner",),
    note: Note = ignore_note,
) -> Iterator[dict[str, Any]]:
    """Yield a row per sentence: a list of strings for each of `columns`, and line.

    The columns are those of the file from the left, the first holding the words.  Labels of `span_columns` must be
    `O` or a code and a type, as in `B-person`.  White space at the ends of words and labels is taken off and noted,
    characters of no width at the ends of labels, too.
    Raises CorpusError for a line with another number of columns, an empty word or label, and a file without
    sentences.
    """
    spans = [index for index, name in enumerate(columns) if name in span_columns]
    for line, rows in sentence_blocks(read_lines(path), path):
        collected: list[list[str]] = [[] for _ in columns]
        for number, text in enumerate(rows, start=line):
            given = text.split("\t")
            values = [given[0].strip(), *map(stripped_label, given[1:])]
            if len(values) != len(columns) or not all(values):
                raise CorpusError(_wrong_line(text, columns, len(values)), path, number)
            note_stripped(given, values, path, number, note)
            for index in spans:
                check_span_label(values[index], path, number)
            for values_so_far, value in zip(collected, values, strict=True):
                values_so_far.append(value)
        yield {**dict(zip(columns, collected, strict=True)), "line": line}


def sentence_blocks(lines: Iterable[str], path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (line of the first word, lines) for every sentence.

    Lines of nothing but white space separate them, and those that begin a document (`-DOCSTART-`).

    Raises CorpusError where there is no sentence at all.
    """
    block: list[str] = []
    first = 0
    found = False
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace() and line.split(maxsplit=1)[0] != _DOCUMENT_START:
            if not block:
                first, found = number, True
            block.append(line)
        elif block:
            yield first, block
            block = []
    if block:
        yield first, block
    if not found:
        raise CorpusError("no sentence in this file", path)


def stripped_label(label: str) -> str:
    """Return a label without white space and characters of no width at its ends."""
    while label != (shorter := label.strip().strip(_BLANKS)):
        label = shorter
    return label


def note_stripped(given: Sequence[str], taken: Sequence[str], path: str | Path, line: int, note: Note) -> None:
    """Note every value that was given with blanks at its ends."""
    for before, after in zip(given, taken, strict=True):
        if before != after:
            note(CorpusError(f"{before!a} is read as {after!r}: blanks at an end were taken off", path, line))


def check_span_label(label: str, path: str | Path, line: int) -> None:
    """Raise CorpusError for a label that is neither `O` nor a code and a type."""
    code, dash, kind = label.partition("-")
    if label != "O" and not (code in _SPAN_CODES and dash and kind):
        raise CorpusError(f"label is `{label}`; allowed are `O`, and `B-` or `I-` before a type (`B-NP`)", path, line)


def _wrong_line(text: str, columns: Sequence[str], found: int) -> str:
    expected = f"{len(columns)} columns between tabs ({', '.join(columns)})"
    if found == len(columns):
        return f"an empty column; every line has {expected}: {text[:60]!r}"
    return f"{found} column{'s' if found > 1 else ''} where each line has {expected}: {text[:60]!r}"
