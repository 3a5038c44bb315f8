"""Raw text files as paragraphs, without licences and marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.errors import CorpusError
from jmt.training.vectors.raw_text import read_paragraphs


def paragraphs(tmp_path: Path, content: str) -> list[str]:
    """Return the paragraphs of a file with this content."""
    path = tmp_path / "text.txt"
    path.write_bytes(content.encode())
    return list(read_paragraphs([path]))


def test_blank_lines_part_paragraphs_and_line_ends_do_not(tmp_path: Path) -> None:
    assert paragraphs(tmp_path, "One\r\ntwo.\r\n\r\n \r\nThree.\r\n") == ["One\ntwo.", "Three."]


def test_only_the_book_is_read_of_a_file_of_project_gutenberg(tmp_path: Path) -> None:
    content = (
        "The Project Gutenberg eBook\n\n*** START OF THE PROJECT GUTENBERG EBOOK A TALE ***\n\nIt was _late_.\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***\n\nA licence.\n"
    )
    assert paragraphs(tmp_path, content) == ["It was late."]


def test_marks_of_wikitext_are_undone(tmp_path: Path) -> None:
    content = " = A title = \n \n A well @-@ known town of 1 @,@ 000 <unk> . \n"
    assert paragraphs(tmp_path, content) == [" A well-known town of 1,000 unk . "]


def test_a_name_with_underscores_keeps_them(tmp_path: Path) -> None:
    assert paragraphs(tmp_path, "Call read_file now.") == ["Call read_file now."]


def test_a_text_without_blank_lines_comes_in_parts(tmp_path: Path) -> None:
    found = paragraphs(tmp_path, "word word word\n" * 10_000)
    assert max(map(len, found)) < 30_000
    assert "\n".join(found).count("word") == 30_000


def test_bytes_that_are_not_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(b"good\nb\xffd\n")
    with pytest.raises(CorpusError, match=r"bad.txt:2: not UTF-8"):
        list(read_paragraphs([path]))
