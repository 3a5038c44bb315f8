"""Bytes of a line to its text, or what is wrong with them, and back: a line that is no text costs no other one."""

from __future__ import annotations

from jmt.formats.text import BYTE_ORDER_MARK

SHOWN = 200
"""Code points of a record by which it is shown."""


def text_of_line(raw: bytes, *, first: bool = False) -> tuple[str, str | None]:
    """Return a line without its end, and None; or how it begins, and why it is none.

    `first` is that of a file, which may begin with a byte order mark.
    """
    shown = raw[:SHOWN].decode("utf-8", errors="replace")
    if 0 in raw:
        return shown, "a NUL, which no text holds; this may be no text, or UTF-16: save it as UTF-8"
    try:
        line = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        return (
            shown,
            f"not UTF-8: byte 0x{raw[error.start]:02x} is byte {error.start + 1} of the line; save it as UTF-8",
        )
    return line.removeprefix(BYTE_ORDER_MARK) if first else line, None


def writable(text: str) -> str:
    """Return a text without halves of surrogate pairs, which names of files may hold, too."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
