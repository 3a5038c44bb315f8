"""Several corpora in one word, as cards, tables and `metrics.json` have them: `ewt+gum`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

SIGN = "+"
"""Stands between the names; a corpus that is united with others has none in its own."""


def joined_name(corpora: Iterable[str]) -> str:
    """Return corpora in one word, each of them once."""
    return SIGN.join(dict.fromkeys(corpora))


def names_in(joined: str, own: Collection[str] = ()) -> list[str]:
    """Return the corpora that a word names; one of a configuration's `own` corpora may have the sign in its name."""
    return [joined] if joined in own else list(dict.fromkeys(joined.split(SIGN)))
