"""From the pieces of a text to the atoms of its paragraphs, however the text is cut into pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jmt.errors import InputError
from jmt.segmentation.atoms import Gap, Spacing, atoms_of, continues

_BYTE_ORDER_MARK = "\ufeff"
_ONE_SPACE = Gap(size=1)
"""Stands for what it means, and is never added to."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Atom(NamedTuple):
    """An atom, and what stands before it."""

    form: str
    start: int
    """Its first code point in the whole text."""
    gap: str
    """The white space before it where that may be inside of a token: one space at most."""
    spacing: Spacing
    stuck: bool
    """Whether it belongs to the atom before in any case."""


def read_atoms(pieces: Iterable[str]) -> Iterator[list[Atom]]:
    """Yield the atoms that each piece completes; the last ones when there are no more pieces.

    A byte order mark at the beginning is left out.  Raises InputError where a piece holds half a surrogate pair.
    """
    reader = _Reader()
    for piece in pieces:
        if piece:
            yield reader.read(piece)
    yield reader.end()


class _Reader:
    """What is known of a text so far: the atom that may go on with the next piece, and the gap before it."""

    def __init__(self) -> None:
        self._place = 0
        """Where `_open` begins."""
        self._open = ""
        self._gap: Gap | None = Gap(size=1, separators=1)  # as if a paragraph had ended
        self._only = ""
        """The gap as text, while it is one character."""
        self._before = ""

    def read(self, piece: str) -> list[Atom]:
        """Return the atoms that are certain now."""
        if (half := _SURROGATE.search(piece)) is not None:
            raise InputError(
                f"the text holds half of a surrogate pair ({half.group()!a}), which is no character; decode it again, "
                "or replace it"
            )
        if self._place == 0 and not self._open and piece[0] == _BYTE_ORDER_MARK:
            piece, self._place = piece[1:], 1
        text = self._open + piece
        spans = atoms_of(text)
        open_from = len(text)
        if spans and spans[-1][1] == len(text):  # it may go on, and the one before it may be drawn to it
            open_from = spans.pop()[0]
        atoms, end = [], 0
        for start, stop in spans:
            if start > end:
                self._widen(text[end:start])
            atoms.append(self._atom(text[start:stop], self._place + start))
            end = stop
        if open_from > end:
            self._widen(text[end:open_from])
        self._place += open_from
        self._open = text[open_from:]
        return atoms

    def end(self) -> list[Atom]:
        """Return the last atom, where there is one."""
        return [self._atom(self._open, self._place)] if self._open else []

    def _widen(self, space: str) -> None:
        """Add to the gap before the next atom."""
        if self._gap is None and space == " ":  # nearly always
            self._gap = _ONE_SPACE
            return
        gap = Gap() if self._gap is None or self._gap is _ONE_SPACE else self._gap
        if self._gap is _ONE_SPACE:
            gap.add(" ")
        gap.add(space)
        self._gap = gap
        self._only = space if gap.size == 1 else ""

    def _atom(self, form: str, start: int) -> Atom:
        gap, self._gap = self._gap, None
        before, self._before = self._before, form
        if gap is None:
            return Atom(form, start, "", Spacing.NOTHING, continues(form, before))
        if gap is _ONE_SPACE:
            return Atom(form, start, " ", Spacing.SPACE, False)
        spacing = gap.spacing
        return Atom(form, start, self._only if spacing is Spacing.SPACE else "", spacing, False)
