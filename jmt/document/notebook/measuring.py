"""How wide a text is about, where it is read from, and what is left of one that is too long for a drawing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from jmt.safety.printable import on_one_line

_LONGEST = 32
"""Signs of a word or label in a drawing; the document has it whole."""

_NARROW, _BROAD = frozenset("iIjl.,:;'!|()[]{}ftr` "), frozenset("mwMW@%—")


def brief(text: object) -> str:
    """Return a text as it is drawn: nothing hidden, on one line, cut where it is too long."""
    shown = on_one_line(str(text)[: _LONGEST + 1])  # no sign is lost in it, so that a long text stays too long
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def width_of(text: object, size: float) -> float:
    """Return about how wide a text is in letters of so many pixels, rather too much than too little."""
    return size * sum(map(_share_of, brief(text)))


def _share_of(sign: str) -> float:
    """Return the width of a sign in heights of its letters."""
    if sign in _NARROW:
        return 0.38
    if sign in _BROAD or unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0.0
    return 0.74 if sign.isupper() else 0.58


def is_from_the_right(words: Iterable[str]) -> bool:
    """Tell whether words are read from the right: most of those with letters, or the first where it is a tie."""
    found = [sign for word in words for sign in [next(filter(str.isalpha, word), "")] if sign]
    from_right = [unicodedata.bidirectional(sign) in ("R", "AL") for sign in found]
    share = 2 * sum(from_right) - len(from_right)
    return share > 0 or (share == 0 and from_right[:1] == [True])
