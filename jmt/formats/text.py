"""The one way a text file is opened: UTF-8, line by line, every fault with its place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from jmt.errors import CorpusError, EmptyFileError

BYTE_ORDER_MARK = "\ufeff"
MOST_BYTES = 2**26
"""Of a line; a device that sends zeros, or a disk image, has no line ends at all."""


def read_lines(path: str | Path, *, allow_empty: bool = False) -> Iterator[str]:
    """Yield the lines of a UTF-8 file without their ends; LF and CRLF are accepted, a byte order mark is dropped.

    `-` reads standard input.  One line is held in memory at a time.
    Raises EmptyFileError for an empty file, CorpusError for a missing one, a folder, and bytes that are not UTF-8.
    """
    if str(path) == "-":
        yield from decoded_lines(sys.stdin.buffer, named(path), allow_empty=allow_empty)
        return
    with open_binary(path) as stream:
        yield from decoded_lines(stream, path, allow_empty=allow_empty)


def named(path: str | Path) -> str:
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


def decoded_lines(stream: BinaryIO, path: str | Path, *, allow_empty: bool = False) -> Iterator[str]:
    """Yield the lines of a binary stream as `read_lines` does; `path` is named in errors."""
    offset = 0  # bytes of the file before this line
    for number, raw in enumerate(iter(lambda: stream.readline(MOST_BYTES + 1), b""), start=1):
        if len(raw) > MOST_BYTES:
            raise CorpusError(f"a line of over {MOST_BYTES:,} bytes: this is no file of text", path, number)
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(raw[error.start], error.start, offset, path, number) from None
        if not offset:
            line = line.removeprefix(BYTE_ORDER_MARK)
        offset += len(raw)
        yield line.removesuffix("\n").removesuffix("\r")
    if not offset and not allow_empty:
        raise EmptyFileError("the file is empty: there is nothing to read", path)


def _not_utf8(byte: int, in_line: int, line_offset: int, path: str | Path, number: int) -> CorpusError:
    return CorpusError(
        f"not UTF-8: byte 0x{byte:02x} is byte {in_line + 1} of the line, byte {line_offset + in_line + 1} of the "
        f"file (both counted from 1); save the file as UTF-8",
        path,
        number,
    )
