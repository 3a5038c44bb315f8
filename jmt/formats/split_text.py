"""The document of a raw text that a segmenter has split, before any task has run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jmt.document import Document, MultiwordToken, Sentence, Token
from jmt.segmentation import SurfaceToken


def document_of_text(text: str, segments: Iterable[Sequence[SurfaceToken]]) -> Document:
    """Build the document of a text from its sentences of tokens.

    A token of several words becomes a `MultiwordToken` over them; `MultiwordToken.place` says where they stand.
    """
    return Document(text, [_sentence_of(text, surface) for surface in segments])


def _sentence_of(text: str, surface: Sequence[SurfaceToken]) -> Sentence:
    """Build a sentence from what stands in the text."""
    tokens: list[Token] = []
    ranges: list[MultiwordToken] = []
    for form, start, end, words in surface:
        if not words:
            tokens.append(Token(len(tokens) + 1, form, start, end))
            continue
        own = [Token(position, word) for position, word in enumerate(words, start=len(tokens) + 1)]
        ranges.append(MultiwordToken(own[0].id, own[-1].id, form))
        ranges[-1].place(start, own)
        tokens += own
    start, end = surface[0].start, surface[-1].end
    return Sentence(tokens, text[start:end], start, end, multiword_tokens=ranges)
