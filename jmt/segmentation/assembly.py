"""Labelled atoms to tokens and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jmt.segmentation.labels import SENTENCE, tokens_of
from jmt.segmentation.reading import Atom
from jmt.segmentation.segmenter import LONGEST_SENTENCE, SurfaceToken, words_of

_LONGEST_TOKEN = 1000
"""Code points; a longer one is no token of any language, and a stream may not wait for its end."""
_MOST_CODE_POINTS = 200_000
"""Of the words of a sentence, which a stream holds until it ends."""


class Assembly:
    """The token and the sentence that are being put together."""

    def __init__(self) -> None:
        self._sentence: list[SurfaceToken] = []
        self._words = self._code_points = 0
        """Of the sentence."""
        self._form = ""
        self._start = 0
        self._expansion = ""

    def add(self, atoms: Iterable[Atom], labels: Iterable[tuple[int, str]]) -> Iterator[list[SurfaceToken]]:
        """Yield the sentences that end before one of these atoms; a label is an `AtomLabel`, or the same as a tuple."""
        for (form, start, gap, _, _), (border, expansion) in zip(atoms, labels, strict=True):
            if border or len(self._form) > _LONGEST_TOKEN:
                self._end_token()
                if self._sentence and (border == SENTENCE or self._is_full):
                    yield self._sentence
                    self._sentence = []
                    self._words = self._code_points = 0
                self._form, self._start = form, start
            else:
                self._form += gap + form
            self._expansion = expansion

    def end(self) -> Iterator[list[SurfaceToken]]:
        """Yield the last sentence, where there is one."""
        self._end_token()
        if self._sentence:
            yield self._sentence

    @property
    def _is_full(self) -> bool:
        return self._words >= LONGEST_SENTENCE or self._code_points >= _MOST_CODE_POINTS

    def _end_token(self) -> None:
        form, start = self._form, self._start
        if self._expansion:
            tokens = tokens_of(form, start, self._expansion)
            words = words_of(tokens)
            self._sentence += tokens
            self._words += len(words)
            self._code_points += sum(map(len, words))
        elif form:
            self._sentence.append(SurfaceToken(form, start, start + len(form)))
            self._words += 1
            self._code_points += len(form)
