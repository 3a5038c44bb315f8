"""A stream of documents, some of them raw text, comes out in order and split."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.annotate.building import document_of_words
from jmt.annotate.splitting import split_documents
from jmt.document import Document
from jmt.segmentation import RuleSegmenter
from jmt.segmentation.segmenter import SurfaceToken


def test_a_document_that_was_split_already_keeps_its_sentences_among_raw_ones() -> None:
    words = document_of_words([["Mr. Smith", "sat."]])
    stream = [(Document("One. Two.", []), 1), (words, 2), (Document("", []), 3), (Document("Three.", []), 4)]
    kept = words.sentences

    found = list(split_documents(stream, RuleSegmenter("en")))

    assert [context for _, context in found] == [1, 2, 3, 4]
    assert found[1][0].sentences is kept
    assert [len(document.sentences) for document, _ in found] == [2, 1, 0, 1]


class Counting(RuleSegmenter):
    """Notes how many texts come together."""

    def __init__(self) -> None:
        super().__init__("en")
        self.together: list[int] = []

    def segment_each(self, texts: Sequence[str]) -> list[list[list[SurfaceToken]]]:
        self.together.append(len(texts))
        return super().segment_each(texts)


def test_short_texts_are_split_together_and_long_ones_alone() -> None:
    segmenter = Counting()
    texts = ["A cat sat."] * 50 + ["A cat sat. " * 400] * 3

    assert len(list(split_documents(((Document(text, []), None) for text in texts), segmenter))) == 53

    assert [count for count in segmenter.together if count] == [51, 1, 1]
