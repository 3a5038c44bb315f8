"""A stream of documents, those that are raw text split into sentences and words, several short ones at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from jmt.annotate.streaming import take, windows
from jmt.document import Document
from jmt.errors import JmtError
from jmt.formats.split_text import document_of_text
from jmt.segmentation import Segmenter

_TOGETHER = 4096
"""Code points of texts that are split together: below what the first window of a stream waits for."""

_LETTERS = 5
"""Code points that a token has about, its space counted: what a text holds is guessed before it is split."""

Context = TypeVar("Context")


def document_windows(documents: Iterable[tuple[Document, Context]]) -> Iterator[list[tuple[Document, Context]]]:
    """Yield the documents in windows that are annotated together, as large as their texts say, split or not."""
    return windows(documents, lambda item: len(item[0].text) // _LETTERS)


def split_documents(
    documents: Iterable[tuple[Document, Context]], segmenter: Segmenter
) -> Iterator[tuple[Document, Context]]:
    """Yield the documents in order, each split into sentences where it had none.

    Raises what the segmenter says of a text that it cannot split, and what the source raises, each in its turn.
    """
    source = iter(documents)
    fault: Exception | None = None
    while fault is None:
        group, fault = take(source, lambda item: len(item[0].text), _TOGETHER)
        yield from _split(group, segmenter)
    if not isinstance(fault, StopIteration):
        raise fault


def _split(group: list[tuple[Document, Context]], segmenter: Segmenter) -> Iterator[tuple[Document, Context]]:
    """Yield the documents of a group; where one cannot be split, those before it first."""
    raw = [document for document, _ in group if not document.sentences]
    try:
        segments = segmenter.segment_each([document.text for document in raw])
    except JmtError:
        if len(group) == 1:
            raise
        for item in group:
            yield from _split([item], segmenter)
        return
    for document, surface in zip(raw, segments, strict=True):
        document.sentences = document_of_text(document.text, surface).sentences
    yield from group
