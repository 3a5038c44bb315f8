"""One word and its labels per line between tabs, an empty line after each sentence: WNUT-17 and corpora like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.text import read_lines

SPAN_CODES = frozenset("BIES")


def read_columns(
    path: str | Path, *, columns: Sequence[str] = ("tokens", "ner"), span_columns: Sequence[str] = ("ner",)
) -> Iterator[dict[str, Any]]:
    """Yield a row per sentence: a list of strings for each of `columns`, and line.

    The columns are those of the file from the left, the first holding the words.  Labels of `span_columns` must be
    `O` or a code and a type, as in `B-person`.
    Raises CorpusError for a line with another number of columns, an empty word or label, and a file without
    sentences.
    """
    spans = [index for index, name in enumerate(columns) if name in span_columns]
    for line, rows in sentence_blocks(read_lines(path), path):
        collected: list[list[str]] = [[] for _ in columns]
        for number, text in enumerate(rows, start=line):
            values = text.split("\t")
            if len(values) != len(columns) or not all(values):
                raise CorpusError(_wrong_line(text, columns, len(values)), path, number)
            for index in spans:
                check_span_label(values[index], path, number)
            for values_so_far, value in zip(collected, values, strict=True):
                values_so_far.append(value)
        yield {**dict(zip(columns, collected, strict=True)), "line": line}


def sentence_blocks(lines: Iterable[str], path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (line of the first word, lines) for every sentence; lines of nothing but white space separate them.

    Raises CorpusError where there is no sentence at all.
    """
    block: list[str] = []
    first = 0
    found = False
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace():
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


def check_span_label(label: str, path: str | Path, line: int) -> None:
    """Raise CorpusError for a label that is neither `O` nor a code and a type."""
    code, dash, kind = label.partition("-")
    if label != "O" and not (code in SPAN_CODES and dash and kind):
        raise CorpusError(f"label is `{label}`; allowed are `O`, and `B-` or `I-` before a type (`B-NP`)", path, line)


def _wrong_line(text: str, columns: Sequence[str], found: int) -> str:
    expected = f"{len(columns)} columns between tabs ({', '.join(columns)})"
    if found == len(columns):
        return f"an empty column; every line has {expected}: {text[:60]!r}"
    return f"{found} column{'s' if found > 1 else ''} where each line has {expected}: {text[:60]!r}"
