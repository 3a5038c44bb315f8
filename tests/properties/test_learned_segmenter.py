"""A learned segmenter loses nothing of any text, whatever its weights, and depends on no cut of a stream."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from jmt.segmentation import SurfaceToken, words_of
from jmt.segmentation.segmenter import LONGEST_SENTENCE
from tests.assets.forks import in_a_fork
from tests.assets.hostile_texts import cuts_of, hostile_text
from tests.assets.tiny_segmenter import tiny_segmenter

SEGMENTERS = [tiny_segmenter(seed).trained() for seed in range(4)]
"""Weights by chance: they say things that no training would."""

LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"


def assert_nothing_lost(text: str, sentences: Sequence[Sequence[SurfaceToken]]) -> None:
    tokens = [token for sentence in sentences for token in sentence]
    place = 1 if text.startswith("\ufeff") else 0
    for token in tokens:
        assert token.start >= place
        assert is_gap(text[place : token.start])
        assert token.text == text[token.start : token.end]
        assert_is_token(token)
        place = token.end
    assert is_gap(text[place:])
    assert all(sentences)


def is_gap(text: str) -> bool:
    return all(character.isspace() or unicodedata.category(character) == "Cc" for character in text)


def assert_is_token(token: SurfaceToken) -> None:
    assert token.text
    assert token.text == token.text.strip()
    assert len(token.words) != 1
    assert all(len(word.split()) == 1 for word in token.words)
    assert not any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in token.text)
    assert not any(one.isspace() and other.isspace() for one, other in pairwise(token.text))


@pytest.mark.parametrize("thousand", range(10))
def test_slices_and_gaps_give_back_any_text(thousand: int):
    segmenter = SEGMENTERS[thousand % len(SEGMENTERS)]
    for number in range(1000 * thousand, 1000 * thousand + 1000):
        text = hostile_text(number)
        assert_nothing_lost(text, segmenter.segment(text))


@pytest.mark.parametrize("seed", range(len(SEGMENTERS)))
def test_no_cut_of_a_stream_changes_anything(seed: int):
    for number in range(300):
        text = "".join(hostile_text(number * 10 + part) for part in range(number % 4 + 1))
        expected = SEGMENTERS[seed].segment(text)

        assert list(SEGMENTERS[seed].stream(cuts_of(text, number))) == expected
        if number < 50:
            assert list(SEGMENTERS[seed].stream(iter(text))) == expected


def long_texts() -> dict[str, str]:
    return {
        "no space at all": "日本語abc,12" * 25_000,
        "one word": "a" * 250_000,
        "marks alone": "\u0301" * 250_000,
        "spaces alone": " \t\n" * 80_000,
        "controls alone": "\x00\x07" * 120_000,
        "one sentence": "word " * 50_000,
        "joined emoji": "👩\u200d" * 120_000,
        "a paragraph per word": "a\n\n" * 3_000,
    }


@pytest.mark.parametrize("name", long_texts())
def test_a_long_text_without_an_end_is_lost_nothing_of(name: str):
    text = long_texts()[name]
    sentences = SEGMENTERS[0].segment(text)

    assert_nothing_lost(text, sentences)
    assert all(len(words_of(sentence)) <= LONGEST_SENTENCE + 1 for sentence in sentences)
    assert max((len(token.text) for sentence in sentences for token in sentence), default=0) < 1200
    assert list(SEGMENTERS[0].stream(text[at : at + 777] for at in range(0, len(text), 777))) == sentences


def test_what_follows_a_paragraph_changes_nothing_in_it():
    for number in range(200):
        text = hostile_text(number)
        alone = SEGMENTERS[1].segment(text)

        assert SEGMENTERS[1].segment(text + "\n\n" + hostile_text(number + 1))[: len(alone)] == alone


def test_eight_threads_share_a_segmenter_and_its_memory_of_forms(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.segmentation.convolutions._MOST_FORMS", 200)
    texts = [hostile_text(number) for number in range(400)]
    expected = [SEGMENTERS[2].segment(text) for text in texts]
    shared = tiny_segmenter(2).trained()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(shared.segment, texts)) == expected


def test_a_fork_segments_with_what_its_parent_learned_of_forms():
    text = "".join(hostile_text(number) for number in range(50))
    expected = SEGMENTERS[3].segment(text)

    assert in_a_fork(lambda: SEGMENTERS[3].segment(text) == expected) == "True"
    assert in_a_fork(lambda: len(SEGMENTERS[3].segment("unheard-of forms: " + text)) > 0) == "True"
