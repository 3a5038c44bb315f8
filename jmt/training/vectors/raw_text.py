"""Raw text files as a stream of paragraphs or of sentences, freed of what is not text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jmt.errors import InputError
from jmt.formats.text import read_lines
from jmt.segmentation import RuleSegmenter, words_of

_LONGEST_PARAGRAPH = 20_000
"""Characters held at once; a longer paragraph is cut at a line's end."""

_BOOK_BEGINS = re.compile(r"\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG")
_BOOK_ENDS = re.compile(r"\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG")
_EMPHASIS = re.compile(r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")
_WIKITEXT_SIGN = re.compile(r" @([-,.])@ ")
_WIKITEXT_TITLE = re.compile(r"^ ?=+ .* =+ *$")


def find_texts(given: Iterable[str]) -> list[Path]:
    """Return the files to read, in a fixed order; a folder stands for its .txt files.

    Raises:
        InputError: a folder without any.
    """
    paths: list[Path] = []
    for name in given:
        place = Path(name)
        found = sorted(place.rglob("*.txt")) if place.is_dir() else [place]
        if not found:
            raise InputError(f"{place}: no .txt file in this folder; name files or a folder that holds some")
        paths += found
    return paths


def read_sentences(paths: Iterable[str | Path], language: str) -> Iterator[list[str]]:
    """Yield the tokenised sentences of all files; raises as `read_paragraphs` does."""
    segmenter = RuleSegmenter(language)
    for paragraph in read_paragraphs(paths):
        for sentence in segmenter.segment(paragraph):
            yield words_of(sentence)


def read_paragraphs(paths: Iterable[str | Path]) -> Iterator[str]:
    """Yield the paragraphs of UTF-8 text files: what blank lines part, lines joined by newlines.

    Of Project Gutenberg's files the licence around the book is left out, and the underscores of `_emphasis_`;
    of WikiText's the marks of titles and of joined signs.  One paragraph is held in memory at a time.
    Raises CorpusError for a missing or empty file and for bytes that are not UTF-8.
    """
    for path in paths:
        paragraph: list[str] = []
        size = 0
        for line in _clean_lines(read_lines(path)):
            if line.strip():
                paragraph.append(line)
                size += len(line)
            if paragraph and (not line.strip() or size > _LONGEST_PARAGRAPH):
                yield "\n".join(paragraph)
                paragraph, size = [], 0
        if paragraph:
            yield "\n".join(paragraph)


def _clean_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the text proper; an empty one stands for a title of WikiText."""
    waiting: list[str] = []
    inside = False
    for line in lines:
        if _BOOK_BEGINS.search(line):
            waiting, inside = [], True
        elif inside and _BOOK_ENDS.search(line):
            return
        elif inside or len(waiting) >= _LICENCE_LINES:
            yield from map(_clean_line, waiting)
            waiting, inside = [], True
            yield _clean_line(line)
        else:
            waiting.append(line)  # what stands before the start of a book is known only when the start is seen
    yield from map(_clean_line, waiting)


_LICENCE_LINES = 200
"""Lines within which a book of Project Gutenberg has begun."""


def _clean_line(line: str) -> str:
    """Return a line without the marks that only a file's format puts there."""
    if _WIKITEXT_TITLE.match(line):
        return ""
    return _WIKITEXT_SIGN.sub(r"\1", _EMPHASIS.sub("", line)).replace("<unk>", "unk")
