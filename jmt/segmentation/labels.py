"""Labels of atoms: whether a token or a sentence begins there, and what the token that ends there expands to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jmt.segmentation.expansion import expand
from jmt.segmentation.segmenter import SurfaceToken

BORDERS = ("inside", "token", "sentence")
"""What may begin at an atom, by its number: nothing, a token, a sentence."""
INSIDE, TOKEN, SENTENCE = range(3)

ONE_WORD = ""
"""The expansion of a token that is one word."""
FUSED, APART = "= ", "/ "
"""How an expansion begins: of a multiword token into its words, or of a stretch into tokens without space between."""


class AtomLabel(NamedTuple):
    """What is said of an atom."""

    border: int
    expansion: str
    """Of the token that ends with this atom; `ONE_WORD` where it ends inside of one, too."""


_CODES = "ITS"
NOT_SAID = "_"
"""Label of an atom of which training does not say anything: it is there to be seen."""


def write_label(label: AtomLabel) -> str:
    """Return a label as training data has it: `I`, `T` or `S`, and the expansion: `T = cut *+3`."""
    return f"{_CODES[label.border]} {label.expansion}".rstrip()


def read_label(text: str) -> AtomLabel:
    """Return the label that `write_label` wrote."""
    return AtomLabel(_CODES.index(text[0]), text[2:])


def tokens_of(form: str, start: int, expansion: str) -> list[SurfaceToken]:
    """Return the tokens that a stretch of text is, which begins at `start`; one where the expansion does not fit."""
    whole = SurfaceToken(form, start, start + len(form))
    words = expand(expansion[len(FUSED) :], form) if expansion else None
    if words is None or len(words) < 2:
        return [whole]
    if expansion.startswith(FUSED):
        return [whole._replace(words=words)]
    if "".join(words) != form:
        return [whole]
    return list(_side_by_side(start, words))


def _side_by_side(start: int, parts: Iterable[str]) -> Iterator[SurfaceToken]:
    for part in parts:
        yield SurfaceToken(part, start, start + len(part))
        start += len(part)
