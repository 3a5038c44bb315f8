"""Traits of an atom: its form, shape, beginnings and ends, each by the number of its row in a table that they share.

A trait's number is a hash, so that no list of traits has to be kept; two that fall on one row share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

MOST_TRAITS = 10
"""Of one atom."""

_LONGEST_SHAPE = 8
_LONGEST_LENGTH = 12
_AFFIXES = (1, 2, 3)
_LONG_ENDING = 4


def traits_of(form: str, rows: int) -> list[int]:
    """Return the rows of an atom's traits, from 1 to `rows` - 1; row 0 stands for no trait."""
    return [1 + crc32(name.encode()) % (rows - 1) for name in _names(form)]


def _names(form: str) -> Iterator[str]:
    low = form.lower()
    yield f"w{low}"
    if len(form) == 1:
        yield f"e{form}"
        return
    yield f"s{_shape(form)}"
    yield f"l{min(len(form), _LONGEST_LENGTH)}"
    for length in _AFFIXES:
        if len(low) > length:
            yield f"p{low[:length]}"
            yield f"q{low[-length:]}"
    if len(low) > _LONG_ENDING:
        yield f"q{low[-_LONG_ENDING:]}"


def _shape(form: str) -> str:
    """Return capitals as X, small letters as x, digits as 9, all else as o; what repeats at most twice."""
    shape = ""
    for character in form:
        sign = "X" if character.isupper() else "x" if character.islower() else "9" if character.isdigit() else "o"
        if shape[-2:] != sign * 2:
            shape += sign
    return shape[:_LONGEST_SHAPE]
