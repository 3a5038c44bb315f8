"""How the model behind a service splits texts into sentences and words: the service is asked, whatever it goes by."""

from __future__ import annotations

from collections.abc import Callable

from jmt.document import Document, MultiwordToken, Sentence
from jmt.segmentation import Segmenter, SurfaceToken, words_of


class ServedSegmenter(Segmenter):
    """A segmenter whose every call asks a service; `ask` gives the document of a text, split and no more."""

    def __init__(self, ask: Callable[[str], Document], name_and_version: str) -> None:
        self._ask = ask
        self._name_and_version = name_and_version

    @property
    def name_and_version(self) -> str:
        """What the tokens depend on: the model."""
        return self._name_and_version

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence."""
        return [word for sentence in self.segment(text) for word in words_of(sentence)]

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        """Return the sentences of a text; raises InputError and ServiceError as every method of a client does."""
        return [_surface_of(sentence) for sentence in self._ask(text).sentences]


def _surface_of(sentence: Sentence) -> list[SurfaceToken]:
    """Return what stands in the text, with its place there and its words."""
    return [
        SurfaceToken(
            unit.text,
            unit.start or 0,
            unit.end or 0,
            tuple(word.text for word in sentence.words_of(unit)) if isinstance(unit, MultiwordToken) else (),
        )
        for unit in sentence.surface_tokens
    ]
