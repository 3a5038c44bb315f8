"""Vector files of others: each format read, each fault named with its place."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from jmt.errors import CorpusError, InputError
from jmt.training.vectors.files import stream_vectors
from jmt.training.vectors.named_vectors import NamedVectors, write_vectors


def read(path: Path, table: str = "words") -> dict[str, list[float]]:
    """Return all vectors of a file."""
    return {symbol: vector.tolist() for symbol, vector in stream_vectors(path, table)}


def written(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def binary(count: int, rows: list[tuple[str, list[float]]], newline: bytes = b"\n") -> bytes:
    """Return word2vec's binary form of some vectors."""
    body = b"".join(word.encode() + b" " + struct.pack("<2f", *row) + newline for word, row in rows)
    return f"{count} 2\n".encode() + body


EXPECTED = {"the": [0.5, -1.0], "Café": [0.25, 2.0]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("glove.txt", "the 0.5 -1.0\nCafé 0.25 2\n"),
        ("word2vec.txt", "2 2\nthe 0.5 -1.0 \nCafé 0.25 2 \n"),
        ("fasttext.vec", "2 2\r\nthe 0.5 -1.0\r\nCafé 0.25 2\r\n"),
        ("word2vec.bin", binary(2, list(EXPECTED.items()))),
        ("gensim.bin", binary(2, list(EXPECTED.items()), newline=b"")),
    ],
)
def test_every_format_gives_the_same_vectors(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert read(written(tmp_path / name, content)) == EXPECTED


def test_a_folder_of_ours_gives_its_tables(tmp_path: Path) -> None:
    words = NamedVectors(["the", "Café"], np.array(list(EXPECTED.values()), dtype=np.float32))
    ngrams = NamedVectors(["\ue000t"], np.ones((1, 2), dtype=np.float32))
    write_vectors(tmp_path / "vectors", {"words": words, "ngrams": ngrams}, {"method": "none"})
    assert read(tmp_path / "vectors") == EXPECTED
    assert read(tmp_path / "vectors", "ngrams") == {"\ue000t": [1.0, 1.0]}


def test_a_word_with_spaces_in_it_is_read_from_the_end_of_its_line(tmp_path: Path) -> None:
    path = written(tmp_path / "glove.txt", "a 1 2 3\n. . . 4 5 6\n")
    assert read(path) == {"a": [1.0, 2.0, 3.0], ". . .": [4.0, 5.0, 6.0]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("short.txt", "a 1 2\nb 1\n", "short.txt:2: 1 numbers"),
        ("letters.txt", "a 1 2\nb 1 x\n", "letters.txt:2: not a number"),
        ("nan.txt", "a 1 2\nb 1 nan\n", "nan.txt:2: a vector with an infinite value or NaN"),
        ("prose.txt", "Hello\nworld\n", "prose.txt:1: no vector"),
        ("zero.vec", "3 0\na\n", "zero.vec:1: vectors of size 0"),
        ("bytes.txt", b"a 1 2\n\xff 1 2\n", "bytes.txt:2: not UTF-8"),
        ("empty.txt", "", "empty.txt: the file is empty"),
        ("text.bin", "a 1 2\nb 2 3\n", "text.bin:1: not word2vec's binary"),
        ("cut.bin", binary(3, list(EXPECTED.items())), "cut.bin: the file ends or is broken within word 3"),
        ("cut.bin", binary(2, list(EXPECTED.items()))[:-6], "cut.bin: the file ends within vector 2 of 2"),
        ("nan.bin", binary(1, [("a", [float("inf"), 1.0])]), r"nan.bin: vector 1 \('a'\) has an infinite value"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        read(written(tmp_path / name, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file"):
        read(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("content", "message"),
    [(struct.pack("<ii", 793712314, 12) + b"x", r"give the \.vec file"), (b"\x1f\x8b\x08\x00", "compressed")],
)
def test_files_that_need_another_form_say_which(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(written(tmp_path / "model.bin", content))


def test_a_folder_without_the_table_says_what_it_has(tmp_path: Path) -> None:
    write_vectors(tmp_path, {"words": NamedVectors(["a"], np.ones((1, 2), dtype=np.float32))}, {})
    with pytest.raises(InputError, match=r"no table `ngrams` .*there: words"):
        read(tmp_path, "ngrams")


@pytest.mark.parametrize("content", ['["a", "b"]', '"a"', "not json", "[1]"])
def test_symbols_that_do_not_fit_the_vectors_are_refused(tmp_path: Path, content: str) -> None:
    write_vectors(tmp_path, {"words": NamedVectors(["a"], np.ones((1, 2), dtype=np.float32))}, {})
    (tmp_path / "words.json").write_text(content)
    with pytest.raises(InputError, match=r"words\.safetensors"):
        read(tmp_path)
