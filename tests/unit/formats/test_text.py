"""A text file is read line by line, and every fault names its place."""

from __future__ import annotations

import io
import sys

import pytest

from jmt.errors import CorpusError
from jmt.formats.text import decoded_lines, read_lines, read_text
from jmt.safety.printable import on_one_line


def test_a_byte_order_mark_is_dropped_and_crlf_is_one_line_end(file_of):
    path = file_of(b"\xef\xbb\xbfone\r\ntwo\nthree")

    assert list(read_lines(path)) == ["one", "two", "three"]
    assert read_text(path) == "one\ntwo\nthree"


def test_only_a_line_feed_ends_a_line(file_of):
    text = "a\u2028b\x85c\x0bd\x0ce\x1cf\rg"

    assert list(read_lines(file_of(text + "\n"))) == [text]


def test_a_carriage_return_ends_a_line_where_nothing_else_does(file_of):
    assert list(read_lines(file_of(b"\xef\xbb\xbfone\r\rtwo\rthree"))) == ["one", "", "two", "three"]
    assert list(read_lines(file_of(b"one\ntwo\rthree"))) == ["one", "two\rthree"]


@pytest.mark.parametrize("words", ["A cat sat.\nIt slept.\n", "\nA cat\n", "naïve"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"])
def test_wide_encodings_are_refused_by_name_with_and_without_a_mark(file_of, encoding: str, mark: str, words: str):
    path = file_of((mark + words).encode(encoding))

    with pytest.raises(CorpusError, match=rf"{path}:[12]: .*looks like {encoding}: .*iconv -f {encoding} -t UTF-8"):
        list(read_lines(path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"fine\na\0b and so on\n", ":2: a NUL, which no text holds is byte 2 of the line, byte 7 of the file"),
        (b"caf\xe9\n", "if it is Latin-1 or Windows-1252, `iconv"),
        ("Grüße".encode("cp1252"), "if it is Latin-1 or Windows-1252, `iconv"),
        (b"\x89PNG\r\n\x1a\n", "this is no text, but a picture"),
        (b"\x1f\x8b\x08\x01ab", "this is no text, but packed by gzip: unpack it"),
        (b"PK\x03\x04\x14\x00\x08", "a zip archive, as workbooks (.xlsx, .ods) are: unpack it, or save"),
        (b"\x80\x8b\x08\x01ab", "this may be no text at all"),
        ("今天天气".encode("utf-16"), "looks like UTF-16LE"),
    ],
)
def test_what_is_no_utf8_text_is_refused_with_what_it_may_be(file_of, content: bytes, reason: str):
    with pytest.raises(CorpusError) as raised:
        list(read_lines(file_of(content)))

    assert reason in str(raised.value)


def test_a_byte_order_mark_within_the_text_is_kept(file_of):
    assert list(read_lines(file_of("one\n\ufefftwo\n"))) == ["one", "\ufefftwo"]


def test_standard_input_is_read_under_the_name_of_a_dash(monkeypatch):
    class Standard:
        buffer = io.BytesIO(b"typed\n")

    monkeypatch.setattr(sys, "stdin", Standard())

    assert list(read_lines("-")) == ["typed"]


def test_bytes_that_are_not_utf8_are_refused_with_line_and_byte(file_of):
    path = file_of(b"\xef\xbb\xbfgood\nna\xc3\xafve caf\xe9\n")

    with pytest.raises(CorpusError) as raised:
        list(read_lines(path))

    # Line 2 holds 6 bytes of `naïve`, a space, `caf`, and then the wrong one; line 1 has 8 bytes.
    assert str(raised.value).startswith(f"{path}:2: not UTF-8: byte 0xe9 is byte 11 of the line, byte 19 of the file")


def test_a_wrong_byte_behind_a_byte_order_mark_is_counted_as_it_lies_in_the_file(file_of):
    with pytest.raises(CorpusError, match="byte 0xff is byte 5 of the line, byte 5 of the file"):
        list(read_lines(file_of(b"\xef\xbb\xbfa\xff\n")))


def test_a_missing_file_a_folder_and_an_empty_file_are_refused(tmp_path, file_of):
    for path, reason in [
        (tmp_path / "absent.txt", "no such file"),
        (tmp_path, "is a folder"),
        (file_of(b""), "the file is empty"),
        ("nul\0name", "cannot be read"),
    ]:
        with pytest.raises(CorpusError, match=reason) as raised:
            list(read_lines(path))
        assert str(raised.value).startswith(on_one_line(path))


def test_an_empty_file_may_be_allowed(file_of):
    assert list(read_lines(file_of(b""), allow_empty=True)) == []


def test_lines_are_yielded_before_the_rest_is_read():
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:
            buffer[:2] = b"a\n"
            return 2

    lines = decoded_lines(io.BufferedReader(Endless()), "endless")

    assert [next(lines) for _ in range(3)] == ["a", "a", "a"]


def test_a_line_beyond_every_bound_is_refused_before_all_of_it_is_read(monkeypatch):
    monkeypatch.setattr("jmt.formats.text.MOST_BYTES", 10)
    assert list(decoded_lines(io.BytesIO(b"123456789\nab"), "a")) == ["123456789", "ab"]

    endless = io.BytesIO(b"short\n" + b"a" * 100)
    with pytest.raises(CorpusError, match=r"a line of over 10 bytes: this is no file of text") as caught:
        list(decoded_lines(endless, "a"))
    assert caught.value.line == 2
    assert endless.tell() == 17
