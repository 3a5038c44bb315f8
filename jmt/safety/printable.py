r"""Text made fit for a terminal: what would steer it, reorder it or hide in it is shown as an escape such as `\x1b`.

Names of files, keys and labels come from strangers.  A terminal obeys escapes in them, overwrites what stands before a
carriage return, and draws `\u202e` as nothing while it reverses what follows.  Letters of every script stay as they
are, and so do the two joiners and the variation selectors where a script or an emoji needs them; elsewhere they hide.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TextIO

_JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ: Persian, the scripts of India and composed emoji need them between two of their own signs."""

_NUMBER_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Of Unicode's category of invisible formats, but drawn."""

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SELECTOR = re.compile(f"[{_SELECTORS}]")
_HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\uffa0\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Drawn as nothing though their category does not say so, and what is no character at all."""

_CURSOR = re.compile("(\n|\x1b\\[A)+")


def printable(text: str) -> str:
    """Return a text with line ends and tabs, and an escape for every other sign that is not drawn."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        sign if sign in "\n\t" or _is_drawn(text, place) else escape(sign) for place, sign in enumerate(text)
    )


def on_one_line(text: object) -> str:
    """Return a name or a value as `printable` does, its line ends and tabs escaped, too."""
    return printable(str(text)).replace("\n", "\\n").replace("\t", "\\t")


def _is_drawn(text: str, place: int) -> bool:
    """Tell whether the sign at a place is drawn, or is needed there by its neighbours."""
    sign = text[place]
    if sign.isascii():
        return " " <= sign <= "~"
    if sign in _JOINERS:
        return _is_joined(text[place - 1 : place]) and _is_joined(text[place + 1 : place + 2])
    if _SELECTOR.match(sign):  # one after a drawn sign chooses its form; more of them in a row can only hide something
        before = text[place - 1 : place]
        return bool(before) and not _SELECTOR.match(before) and before not in _JOINERS and before > " "
    if _HIDDEN.match(sign):
        return False
    category = unicodedata.category(sign)
    return category not in ("Cc", "Cf", "Cs", "Zl", "Zp") or sign in _NUMBER_SIGNS


def _is_joined(sign: str) -> bool:
    """Tell whether a neighbour is a letter, a mark or an emoji that a joiner can act on; none of ASCII is."""
    return bool(sign) and not sign.isascii() and unicodedata.category(sign)[0] in "LMS"


def escape(sign: str) -> str:
    r"""Return a sign as `\x1b`, `\u202e` or `\U000e0041`; all but the first are escapes of JSON, too."""
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x20 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class PrintableStream:
    """A text stream that makes printable what is written to it; all else is as the stream underneath does it.

    One thing a writer may do: a write that begins with a carriage return draws its line anew, and one of line ends and
    `cursor up` alone moves between such lines.  That is how progress bars are drawn, those of libraries as well.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text and return its length."""
        redraws = text.startswith("\r")
        safe = text if _CURSOR.fullmatch(text) else "\r" * redraws + printable(text[redraws:])
        self._stream.write(safe)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write some texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)
