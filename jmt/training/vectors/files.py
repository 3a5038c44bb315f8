"""Vector files that others make: GloVe's text, word2vec's text and binary, fastText's .vec, and our own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from jmt.errors import CorpusError, InputError
from jmt.formats.text import open_binary, read_lines
from jmt.training.vectors.named_vectors import read_table

_FASTTEXT_MAGIC = (793712314).to_bytes(4, "little")
_LONGEST_SYMBOL = 4096
"""Bytes within which a word of word2vec's binary has to end."""

NamedVector = tuple[str, np.ndarray]


def stream_vectors(path: str | Path, table: str) -> Iterator[NamedVector]:
    """Yield symbols and their vectors, (D,) float32, in the order of the file; a folder's table is `words` or `ngrams`.

    A file is told by its content: fastText's model files are refused, a `.bin` file is word2vec's binary, text
    whose first line is two whole numbers is word2vec's or fastText's, other text is GloVe's.

    Raises:
        CorpusError: a malformed file, with its line or the number of the vector; InputError: a broken folder.
    """
    place = Path(path)
    if place.is_dir():
        found = read_table(place, table)
        yield from zip(found.symbols, found.vectors, strict=True)
        return
    with open_binary(place) as stream:
        beginning = stream.read(4)
    if beginning == _FASTTEXT_MAGIC:
        raise InputError(f"{place}: a model file of fastText; give the .vec file that lies beside it")
    if beginning[:2] in (b"\x1f\x8b", b"PK"):
        raise InputError(f"{place}: a compressed file; unpack it first")
    yield from _read_binary(place) if place.suffix == ".bin" else _read_text_vectors(place)


def _read_text_vectors(path: Path) -> Iterator[NamedVector]:
    """Read one vector a line, `word 0.1 -0.2 ...`, with or without a first line of count and size."""
    size = 0
    for number, line in enumerate(read_lines(path), start=1):
        fields = line.rstrip(" ").split(" ")
        if number == 1:
            if len(fields) == 2 and all(field.isdigit() for field in fields):
                size = int(fields[1])
                if not size:
                    raise CorpusError("vectors of size 0; the first line should hold their count and size", path, 1)
                continue
            size = len(fields) - 1
            if size < 2:
                raise CorpusError(f"no vector: a word and its numbers, parted by spaces, not {line[:40]!r}", path, 1)
        if not line:
            continue
        if len(fields) <= size:
            raise CorpusError(f"{len(fields) - 1} numbers; this file's vectors have {size}", path, number)
        try:  # a few of GloVe's words have spaces in them, so the numbers are counted from the end
            vector = np.array(fields[-size:], dtype=np.float32)
        except ValueError:
            raise CorpusError(f"not a number among the last {size} fields of {line[:40]!r}", path, number) from None
        if not np.isfinite(vector).all():
            raise CorpusError("a vector with an infinite value or NaN", path, number)
        yield " ".join(fields[:-size]), vector


def _read_binary(path: Path) -> Iterator[NamedVector]:
    """Read word2vec's binary: a line of count and size, then words, each followed by a space and its floats."""
    with open_binary(path) as stream:
        header = stream.readline(100).split()
        if len(header) != 2 or not all(field.isdigit() for field in header):
            raise CorpusError("not word2vec's binary, which begins with a line of count and size", path, 1)
        count, size = map(int, header)
        for number in range(1, count + 1):
            symbol = _read_symbol(stream, path, number)
            content = stream.read(4 * size)
            if len(content) < 4 * size:
                raise CorpusError(f"the file ends within vector {number} of {count}; fetch it again", path)
            vector = np.frombuffer(content, dtype="<f4")
            if not np.isfinite(vector).all():
                raise CorpusError(f"vector {number} ({symbol!r}) has an infinite value or NaN", path)
            yield symbol, vector


def _read_symbol(stream: BinaryIO, path: Path, number: int) -> str:
    """Read a word up to its space; a newline before it ends the vector before, as some writers have it."""
    letters = bytearray()
    while (letter := stream.read(1)) != b" ":
        if not letter or len(letters) > _LONGEST_SYMBOL:
            raise CorpusError(f"the file ends or is broken within word {number}; fetch it again", path)
        letters += letter
    return letters.lstrip(b"\n").decode("utf-8", errors="replace")
