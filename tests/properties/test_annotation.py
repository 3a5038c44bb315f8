"""A result depends on its own input alone: not on the batch, the order, the tasks beside it, padding or threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.annotate import Annotator, streaming
from jmt.annotate.annotator import Document
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import tiny_model

ANNOTATOR = Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"))

WORDS = [
    "A",
    "small",
    "cat",
    "sat",
    "on",
    "the",
    "mat",
    ".",
    "She",
    "unheard-of",
    "naïve",
    "X" * 300,
    "😀",
    "\u200b",
    "3",
]
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)
texts = st.one_of(
    st.text(st.sampled_from("aB c.!?\"'(-1\n\r\t\ufeff\u200b\x00é😀"), max_size=60),
    st.lists(sentences, max_size=4).map(lambda found: ". ".join(" ".join(words) for words in found)),
)

TOLERANCE = 1e-5
"""How far a probability may move with the batch."""


def assert_same(document: Document, expected: Document) -> None:
    """Labels, trees and places are equal; probabilities to the tolerance."""
    assert document.text == expected.text
    for token, other in zip(document.tokens, expected.tokens, strict=True):
        assert (token.text, token.start, token.end, token.labels, token.head, token.deprel) == (
            (other.text, other.start, other.end, other.labels, other.head, other.deprel)
        )
        assert token.confidences == pytest.approx(other.confidences, abs=TOLERANCE)
    assert [sentence.spans for sentence in document.sentences] == [sentence.spans for sentence in expected.sentences]


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, max_size=8), st.randoms(use_true_random=False))
def test_company_and_order_in_a_stream_change_nothing(given_texts: list[str], random):
    alone = [ANNOTATOR(text, confidences=True) for text in given_texts]
    order = list(range(len(given_texts)))
    random.shuffle(order)
    shuffled = list(ANNOTATOR.pipe([given_texts[place] for place in order], confidences=True))

    for place, document in zip(order, shuffled, strict=True):
        assert_same(document, alone[place])


@settings(max_examples=30, deadline=None)
@given(sentences, st.integers(1, 60))
def test_padding_changes_nothing(words: list[str], length: int):
    """A longer neighbour pads a sentence; a batch of one has no padding at all."""
    alone = ANNOTATOR.annotate_tokens([words], confidences=True)
    padded = ANNOTATOR.annotate_tokens([words, ["mat"] * (len(words) + length)], confidences=True)
    padded.sentences.pop()
    padded.text = alone.text

    assert_same(padded, alone)


@pytest.mark.parametrize("tasks", [["xpos"], ["chunk"], ["dep"], ["xpos", "dep"], ["dep", "chunk"]])
def test_a_subset_of_tasks_gives_what_all_of_them_give(tasks: list[str]):
    whole = ANNOTATOR("A small cat sat on the mat. She did not see them!")
    part = ANNOTATOR(whole.text, tasks=tasks)

    for token, full in zip(part.tokens, whole.tokens, strict=True):
        assert token.labels == {task: label for task, label in full.labels.items() if task in tasks}
        assert (token.head, token.deprel) == ((full.head, full.deprel) if "dep" in tasks else (None, None))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(sentences, sentences), min_size=1, max_size=6))
def test_a_pair_is_judged_alike_in_any_company(pairs: list[tuple[list[str], list[str]]]):
    asked = [(" ".join(first), " ".join(second)) for first, second in pairs]
    together = ANNOTATOR.compare_many(asked)
    reverse = ANNOTATOR.compare_many(asked[::-1])[::-1]

    for (first, second), judgement, other in zip(asked, together, reverse, strict=True):
        alone = ANNOTATOR.compare(first, second)
        for found in (judgement, other):
            assert found.entailment == alone.entailment
            assert found.relatedness == pytest.approx(alone.relatedness, abs=TOLERANCE)
            assert found.probabilities == pytest.approx(alone.probabilities, abs=TOLERANCE)


def test_windows_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch):
    given_texts = [f"A small cat number {number} sat. She ran!" * (1 + number % 7) for number in range(60)]
    expected = [ANNOTATOR(text, confidences=True) for text in given_texts]
    for window in (1, 7, 100):
        monkeypatch.setattr(streaming, "FIRST_WINDOW", window)
        monkeypatch.setattr(streaming, "WINDOW", window)
        for document, alone in zip(ANNOTATOR.pipe(given_texts, confidences=True), expected, strict=True):
            assert_same(document, alone)


def test_eight_threads_get_what_one_gets():
    jobs = [
        [f"A cat {job} sat on the {'small ' * (number % 9)}mat. She saw x{job}-{number}!" for number in range(30)]
        for job in range(8)
    ]
    pairs = [[(text, texts_of[0]) for text in texts_of] for texts_of in jobs]
    expected = [
        ([ANNOTATOR(text) for text in job], ANNOTATOR.compare_many(pair)) for job, pair in zip(jobs, pairs, strict=True)
    ]

    def work(number: int) -> tuple[list[Document], list]:
        return list(ANNOTATOR.pipe(jobs[number])), ANNOTATOR.compare_many(pairs[number])

    with ThreadPoolExecutor(8) as pool:
        for (documents, judgements), (alone, judged) in zip(pool.map(work, range(8)), expected, strict=True):
            for document, other in zip(documents, alone, strict=True):
                assert_same(document, other)
            for judgement, other in zip(judgements, judged, strict=True):
                assert judgement.entailment == other.entailment
                assert judgement.relatedness == pytest.approx(other.relatedness, abs=TOLERANCE)
