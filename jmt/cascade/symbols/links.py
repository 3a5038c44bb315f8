"""Links from a word to others of its sentence, as a column writes them: `_`, `3` or `2|5`, counted from 1."""

from __future__ import annotations

from collections.abc import Iterable

NO_LINK = "_"


def write_links(targets: Iterable[int]) -> str:
    """Return the label of a word that is linked to the words at these places, counted from 0."""
    return "|".join(str(place + 1) for place in targets) or NO_LINK


def read_links(label: str, words: int) -> list[int]:
    """Return the places, counted from 0, of the words that a label names in a sentence of so many words.

    Raises:
        ValueError: no list of whole numbers from 1 to `words`, each once and rising.
    """
    if label == NO_LINK:
        return []
    places = [int(part) - 1 if part.isdecimal() and part.isascii() else -1 for part in label.split("|")]
    if not all(0 <= place < words for place in places) or places != sorted(set(places)):
        raise ValueError(
            f"{label[:40]!a} names no words of a sentence of {words}: `{NO_LINK}`, or numbers from 1 to {words} that "
            "rise, with `|` between them, are expected"
        )
    return places
