"""Atoms: the stretches of a text that are looked at as a whole, and the gaps between them.

An atom is a run of letters or of digits with the marks on them, or any other sign by itself; of scripts that set no
spaces between words every character is one.  A flag, a joined emoji, a sign with its variation selector are one atom.
Gaps hold white space and control characters.  Nearly every border of a token is a border of atoms; the few inside of
one (`gonna`) are found by its expansion.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

_LONGEST_ATOM = 48
"""Code points; a longer run is cut, and its parts stay together."""

_SPACE, _LETTER, _DIGIT, _MARK, _JOINER, _FLAG, _ALONE, _SIGN = " admjrcp"
_ZERO_WIDTH_JOINER = 0x200D
_ATTACHED = (range(0xFE00, 0xFE10), range(0x1F3FB, 0x1F400), range(0xE0020, 0xE0080))
"""Variation selectors, skin tones, tags: what changes the sign before it."""
_ALSO_ATTACHED = frozenset({0x200C, 0x00AD})
"""The non-joiner of Persian, inside of words, and the soft hyphen."""
_FLAGS = range(0x1F1E6, 0x1F200)
_UNSPACED = tuple(
    range(first, last + 1)
    for first, last in (
        (0x0E00, 0x0EFF),  # Thai, Lao
        (0x0F00, 0x0FFF),  # Tibetan
        (0x1000, 0x109F),  # Burmese
        (0x1780, 0x17FF),  # Khmer
        (0x1950, 0x19DF),  # Tai Le, New Tai Lue
        (0x1A20, 0x1AAD),  # Tai Tham
        (0x2E80, 0x2FDF),  # radicals
        (0x3005, 0x3007),
        (0x3021, 0x303A),
        (0x3040, 0x30FF),  # Hiragana, Katakana
        (0x31F0, 0x31FF),
        (0x3400, 0x4DBF),  # Han
        (0x4E00, 0x9FFF),
        (0xA9E0, 0xAA7F),  # Burmese, continued
        (0xF900, 0xFAFF),
        (0xFF66, 0xFF9F),
        (0x1B000, 0x1B2FF),
        (0x20000, 0x3FFFF),
    )
)
"""Scripts that set no spaces between words."""


class _Classes(dict[int, str]):
    """The class of every code point, found when it is first met."""

    def __missing__(self, code: int) -> str:
        found = _class_of(code)
        self[code] = found
        return found


def _class_of(code: int) -> str:
    character = chr(code)
    category = unicodedata.category(character)
    if character.isspace() or category == "Cc":
        return _SPACE
    if code == _ZERO_WIDTH_JOINER:
        return _JOINER
    if category[0] == "M" or code in _ALSO_ATTACHED or any(code in block for block in _ATTACHED):
        return _MARK
    if code in _FLAGS:
        return _FLAG
    if category[0] in "LN" and any(code in block for block in _UNSPACED):
        return _ALONE
    if category[0] == "L":
        return _LETTER
    return _DIGIT if category == "Nd" else _SIGN


_CLASSES = _Classes()
_REST = _LONGEST_ATOM - 1
_ATOM = re.compile(
    rf"a[amj]{{0,{_REST}}}"
    rf"|d[dmj]{{0,{_REST}}}"
    rf"|c[mj]{{0,{_REST}}}"
    r"|rr?[mj]{0,8}"
    r"|[pmj][mj]{0,8}(?:(?<=j)p[mj]{0,4}){0,7}"
)


def atoms_of(text: str) -> list[tuple[int, int]]:
    """Return the first code point and the one past the last of every atom, in order."""
    return [match.span() for match in _ATOM.finditer(text.translate(_CLASSES))]


def continues(form: str, before: str) -> bool:
    """Tell whether an atom that follows another one without a gap is the rest of a run that was too long, or a mark."""
    if _CLASSES[ord(form[0])] in (_MARK, _JOINER):
        return True
    return len(before) == _LONGEST_ATOM and _CLASSES[ord(before[0])] == _CLASSES[ord(form[0])] in (_LETTER, _DIGIT)


class Spacing(IntEnum):
    """What stands before an atom."""

    NOTHING = 0
    SPACE = 1
    """One space of any width: all that may be inside of a token."""
    LINE_END = 2
    MORE = 3
    """Several white spaces, a tab, or control characters."""
    PARAGRAPH = 4
    """A blank line, or the beginning or end of the text."""


_LINE_ENDS = re.compile("[\n\v\f\x85\u2028]")
_NO_SPACES = re.compile("[\t\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""White space and controls that are no spaces and end no line."""


@dataclass(slots=True)
class Gap:
    """What is between two atoms, added up as it comes in: a stream may be cut inside of it."""

    size: int = 0
    line_ends: int = 0
    returns: int = 0
    separators: int = 0
    others: int = 0

    def add(self, text: str) -> None:
        """Add white space and control characters."""
        self.size += len(text)
        self.line_ends += len(_LINE_ENDS.findall(text))
        self.returns += text.count("\r")
        self.separators += text.count("\u2029")
        self.others += len(_NO_SPACES.findall(text))

    @property
    def spacing(self) -> Spacing:
        """What it means."""
        if not self.size:
            return Spacing.NOTHING
        if self.line_ends > 1 or self.separators or (self.returns > 1 and not self.line_ends):
            return Spacing.PARAGRAPH
        if self.line_ends or self.returns:
            return Spacing.LINE_END
        return Spacing.SPACE if self.size == 1 and not self.others else Spacing.MORE
