"""The one way a text file is opened: UTF-8, line by line, every fault with its place.

Another encoding is refused and named, since bytes that are read by the wrong one are annotated and trained on unseen.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from jmt.errors import CorpusError, EmptyFileError

BYTE_ORDER_MARK = "\ufeff"
MOST_BYTES = 2**26
"""Of a line; a device that sends zeros, or a disk image, has no line ends at all."""
_MARKED = {  # the longer marks first, since that of UTF-16 begins that of UTF-32
    codecs.BOM_UTF32_LE: "UTF-32LE",
    codecs.BOM_UTF32_BE: "UTF-32BE",
    codecs.BOM_UTF16_LE: "UTF-16LE",
    codecs.BOM_UTF16_BE: "UTF-16BE",
}
_NO_TEXT_FILES = {
    b"PK\x03\x04": "a zip archive, as workbooks (.xlsx, .ods) are: unpack it, or save the sheet as CSV in UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Office file, as .xls is: save the sheet as CSV in UTF-8",
    b"\x1f\x8b": "packed by gzip: unpack it",
    b"\x89PNG": "a picture",
}
"""What a file is that begins with these bytes."""
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")
"""Control characters that no text of a one-byte encoding holds."""


def read_lines(path: str | Path, *, allow_empty: bool = False, keep_ends: bool = False) -> Iterator[str]:
    """Yield the lines of a UTF-8 file without their ends, or with them; a byte order mark is dropped.

    LF and CRLF end a line, and CR alone does in a file that has no LF.  `-` reads standard input.  One line is held in
    memory at a time.
    Raises EmptyFileError for an empty file, CorpusError for a missing one, a folder, bytes that are not UTF-8, and NUL.
    """
    if str(path) == "-":
        yield from decoded_lines(sys.stdin.buffer, path_in_messages(path), allow_empty=allow_empty, keep_ends=keep_ends)
        return
    with open_binary(path) as stream:
        yield from decoded_lines(stream, path, allow_empty=allow_empty, keep_ends=keep_ends)


def path_in_messages(path: str | Path) -> str:
    """Return what an error calls a path: standard input has no name of its own."""
    return "<stdin>" if str(path) == "-" else str(path)


def read_text(path: str | Path, *, allow_empty: bool = False) -> str:
    """Return a whole UTF-8 file with LF line ends; otherwise as `read_lines`."""
    return "\n".join(read_lines(path, allow_empty=allow_empty))


def open_binary(path: str | Path) -> BinaryIO:
    """Open a file for reading.

    Raises CorpusError where it is missing, a folder, or may not be read.
    """
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise CorpusError("no such file; check the path", path) from None
    except IsADirectoryError:
        raise CorpusError("this is a folder; name a file in it", path) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise CorpusError(f"cannot be read: {reason}", path) from None


def decoded_lines(
    stream: BinaryIO, path: str | Path, *, allow_empty: bool = False, keep_ends: bool = False
) -> Iterator[str]:
    """Yield the lines of a binary stream as `read_lines` does; `path` is named in errors."""
    offset = 0  # bytes of the file before this line
    for number, raw in enumerate(split_lines(_bounded(stream, path)), start=1):
        wrong = raw.find(0)
        if wrong >= 0:
            raise _unreadable("a NUL, which no text holds", raw, wrong, offset, path, number)
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"not UTF-8: byte 0x{raw[error.start]:02x}"
            raise _unreadable(found, raw, error.start, offset, path, number) from None
        if not offset:
            line = line.removeprefix(BYTE_ORDER_MARK)
        offset += len(raw)
        yield line if keep_ends else line.removesuffix("\n").removesuffix("\r")
    if not offset and not allow_empty:
        raise EmptyFileError("the file is empty: there is nothing to read", path)


def _bounded(stream: BinaryIO, path: str | Path) -> Iterator[bytes]:
    """Yield what a stream has up to each LF, none longer than a line may be."""
    for number, raw in enumerate(iter(lambda: stream.readline(MOST_BYTES + 1), b""), start=1):
        if len(raw) > MOST_BYTES:
            raise CorpusError(f"a line of over {MOST_BYTES:,} bytes: this is no file of text", path, number)
        yield raw


def split_lines(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a binary stream with their ends: LF, or CR alone where there is no LF at all."""
    lines = iter(stream)
    first = next(lines, b"")
    yield from [first] if first.endswith(b"\n") else first.splitlines(keepends=True)
    yield from lines


def likely_encoding(sample: bytes, offset: int = 0) -> str | None:
    """Guess the encoding of bytes that are no UTF-8 text, by the name that `iconv` and Python know; None: no idea.

    `offset` is where in the file they begin.  UTF-16 and UTF-32 show by their marks, else by where NULs stand.
    """
    if not offset and (marked := next((name for mark, name in _MARKED.items() if sample.startswith(mark)), None)):
        return marked
    zeros = [(offset + place) % 4 for place, byte in enumerate(sample) if not byte]
    share = len(zeros) / len(sample)
    if share > 0.55:
        return "UTF-32BE" if zeros.count(0) > zeros.count(3) else "UTF-32LE"
    if share > 0.15:
        return "UTF-16LE" if sum(place % 2 for place in zeros) * 2 > len(zeros) else "UTF-16BE"
    return None if _NO_TEXT.intersection(sample) else "Windows-1252"


def _unreadable(found: str, raw: bytes, wrong: int, offset: int, path: str | Path, number: int) -> CorpusError:
    encoding = likely_encoding(raw, offset)
    known = None if offset else next((kind for mark, kind in _NO_TEXT_FILES.items() if raw.startswith(mark)), None)
    hint = "this may be no text at all; if it is, save it as UTF-8"
    if known is not None:
        hint = f"this is no text, but {known}"
    elif encoding == "Windows-1252":
        hint = "save the file as UTF-8; if it is Latin-1 or Windows-1252, `iconv -f WINDOWS-1252 -t UTF-8` does"
    elif encoding is not None:
        hint = f"this looks like {encoding}: save the file as UTF-8, as `iconv -f {encoding} -t UTF-8` does"
    return CorpusError(
        f"{found} is byte {wrong + 1} of the line, byte {offset + wrong + 1} of the file (both counted from 1); {hint}",
        path,
        number,
    )
