"""Labelled atoms to tokens and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jmt.segmentation.labels import SENTENCE, AtomLabel, tokens_of
from jmt.segmentation.reading import Atom
from jmt.segmentation.segmenter import LONGEST_SENTENCE, SurfaceToken

_LONGEST_TOKEN = 1000
"""Code points; a longer one is no token of any language, and a stream may not wait for its end."""


class Assembly:
    """The token and the sentence that are being put together."""

    def __init__(self) -> None:
        self._sentence: list[SurfaceToken] = []
        self._form = ""
        self._start = 0
        self._expansion = ""

    def add(self, atoms: Iterable[Atom], labels: Iterable[AtomLabel]) -> Iterator[list[SurfaceToken]]:
        """Yield the sentences that end before one of these atoms."""
        for atom, label in zip(atoms, labels, strict=True):
            if label.border or len(self._form) > _LONGEST_TOKEN:
                self._end_token()
                if self._sentence and (label.border == SENTENCE or len(self._sentence) >= LONGEST_SENTENCE):
                    yield self._sentence
                    self._sentence = []
                self._form, self._start = atom.form, atom.start
            else:
                self._form += atom.gap + atom.form
            self._expansion = label.expansion

    def end(self) -> Iterator[list[SurfaceToken]]:
        """Yield the last sentence, where there is one."""
        self._end_token()
        if self._sentence:
            yield self._sentence
        self._sentence = []

    def _end_token(self) -> None:
        if self._form:
            self._sentence += tokens_of(self._form, self._start, self._expansion)
        self._form = ""
