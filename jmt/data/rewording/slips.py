"""A slip of the pen: one letter of a longer word is lost, doubled, or changes places with its neighbour."""

from __future__ import annotations

from random import Random

_SHORTEST = 4
"""Letters of a word that can be written wrongly and still be read."""


def may_slip(word: str) -> bool:
    """Tell whether a word is long enough to be read in spite of a slip, and made of letters alone."""
    return len(word) >= _SHORTEST and word.isalpha()


def with_slip(word: str, draw: Random) -> str:
    """Return a word with one slip, never in its first letter; two equal letters beside each other lose one."""
    place = draw.randrange(1, len(word) - 1)
    kind = draw.choice(("lost", "doubled", "swapped"))
    if kind == "swapped" and word[place] != word[place + 1]:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + (2 * word[place] if kind == "doubled" else "") + word[place + 1 :]
