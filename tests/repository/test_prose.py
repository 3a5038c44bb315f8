"""The documents are easy to read: short sentences, and a README of a few screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.assets.documents import DOCS, PAGES, name_of, prose
from tests.repository.source import ROOT

MOST_WORDS_IN_A_SENTENCE = 22
"""On average over a page."""

MOST_LINES_OF_THE_README = 130

READ_BY_USERS = [page for page in PAGES if DOCS / "research" not in page.parents and page.name != "CONTRIBUTING.md"]


def sentences(text: str) -> list[str]:
    """Split the prose of a page: at blank lines, at items of lists, and at the ends of sentences."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`[^`]*`", "word", text)
    parts = re.split(r"\n\s*\n|\n\s*(?:[-*]|\d+\.) |(?<=[.!?:])[*\"')]*\s+(?=\W*[A-Z`0-9])", text)
    return [part for part in parts if re.search(r"\w", part)]


def words(sentence: str) -> int:
    return len(re.findall(r"\w[\w'’.,-]*", sentence))


@pytest.mark.parametrize("page", READ_BY_USERS, ids=name_of)
def test_the_sentences_of_a_page_are_short(page: Path):
    lengths = [words(sentence) for sentence in sentences(prose(page))]

    assert lengths
    assert sum(lengths) / len(lengths) <= MOST_WORDS_IN_A_SENTENCE


def test_sentences_are_counted_as_a_reader_would():
    text = "One two three. Four `five.six` seven!\n\n- [Eight nine](ten.md) eleven\n- Twelve:\nThirteen."

    assert [words(sentence) for sentence in sentences(text)] == [3, 3, 3, 1, 1]


def test_the_readme_is_read_in_a_few_minutes():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_THE_README
