"""What a segmenter is: raw text to sentences of tokens, each with its place in the text and the words it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

LONGEST_SENTENCE = 6000
"""Words; a longer sentence is cut, since a parser needs memory for every pair of its words."""


SEGMENTER_CHOICES = ("auto", "learned", "rules")
"""`learned`: by the model; `rules`: spaCy's for its language; `auto`: learned, where the model did learn it."""


class SurfaceToken(NamedTuple):
    """A token as it stands in the text: one word, or a multiword token of several."""

    text: str
    start: int
    """First code point, in the text as given."""
    end: int
    """One past the last code point."""
    words: tuple[str, ...] = ()
    """The words of a multiword token (`du`: `de`, `le`), two at least; empty for a token that is one word."""


def words_of(sentence: Iterable[SurfaceToken]) -> list[str]:
    """Return the words of a sentence in order, those of multiword tokens in place of the token."""
    return [word for token in sentence for word in token.words or (token.text,)]


class Segmenter(Protocol):
    """Splits raw text into sentences of tokens; safe to share between threads."""

    @property
    def name_and_version(self) -> str:
        """What the tokens depend on, for the key of a cache."""
        ...

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence."""
        ...

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        """Return the sentences of a text, none of them empty.

        Every code point that is neither white space nor a control character is inside exactly one token, a leading
        byte order mark excepted.
        Raises InputError where the text holds half a surrogate pair.
        """
        ...

    def segment_each(self, texts: Sequence[str]) -> list[list[list[SurfaceToken]]]:
        """Return the sentences of each text, as `segment` does: one by one, where nothing is gained by more."""
        return [self.segment(text) for text in texts]
