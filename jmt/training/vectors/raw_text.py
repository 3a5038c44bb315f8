"""Raw text files as a stream of paragraphs, freed of what is not text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jmt.formats.text import read_lines

LONGEST_PARAGRAPH = 20_000
"""Characters held at once; a longer paragraph is cut at a line's end."""

_BOOK_BEGINS = re.compile(r"\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG")
_BOOK_ENDS = re.compile(r"\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG")
_EMPHASIS = re.compile(r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")
_WIKITEXT_SIGN = re.compile(r" @([-,.])@ ")
_WIKITEXT_TITLE = re.compile(r"^ ?=+ .* =+ *$")


def read_paragraphs(paths: Iterable[str | Path]) -> Iterator[str]:
    """Yield the paragraphs of UTF-8 text files: what blank lines part, lines joined by newlines.

    Of Project Gutenberg's files the licence around the book is left out, and the underscores of `_emphasis_`;
    of WikiText's the marks of titles and of joined signs.  One paragraph is held in memory at a time.
    Raises CorpusError for a missing or empty file and for bytes that are not UTF-8.
    """
    for path in paths:
        paragraph: list[str] = []
        size = 0
        for line in clean_lines(read_lines(path)):
            if line.strip():
                paragraph.append(line)
                size += len(line)
            if paragraph and (not line.strip() or size > LONGEST_PARAGRAPH):
                yield "\n".join(paragraph)
                paragraph, size = [], 0
        if paragraph:
            yield "\n".join(paragraph)


def clean_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the text proper; an empty one stands for a title of WikiText."""
    held: list[str] = []
    inside = False
    for line in lines:
        if _BOOK_BEGINS.search(line):
            held, inside = [], True
        elif inside and _BOOK_ENDS.search(line):
            return
        elif inside or len(held) >= _LICENCE_LINES:
            yield from map(clean_line, held)
            held, inside = [], True
            yield clean_line(line)
        else:
            held.append(line)  # what stands before the start of a book is known only when the start is seen
    yield from map(clean_line, held)


_LICENCE_LINES = 200
"""Lines within which a book of Project Gutenberg has begun."""


def clean_line(line: str) -> str:
    """Return a line without the marks that only a file's format puts there."""
    if _WIKITEXT_TITLE.match(line):
        return ""
    return _WIKITEXT_SIGN.sub(r"\1", _EMPHASIS.sub("", line)).replace("<unk>", "unk")
