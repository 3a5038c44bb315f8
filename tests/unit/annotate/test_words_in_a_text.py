"""Words of a user's own together with the text that they come from: offsets count in it, and nothing is guessed."""

from __future__ import annotations

import re

import pytest

from jmt.annotate import Annotator
from jmt.annotate.building import document_of_words
from jmt.errors import InputError
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import tiny_model
from tests.unit.client.fake_service import FakeService

TEXT = "  New York,\t 🙂ok.\r\n\u00a0It  is! \n"
WORDS = [["New York", ",", "🙂", "ok", "."], ["It", "is", "!"]]


def test_every_word_has_its_place_in_the_text_as_given():
    document = document_of_words(WORDS, TEXT)

    assert document.text == TEXT
    for token in document.tokens:
        assert TEXT[token.start : token.end] == token.text
    assert [sentence.text for sentence in document.sentences] == ["New York,\t 🙂ok.", "It  is!"]
    assert [(s.start, s.end) for s in document.sentences] == [(2, 17), (20, 27)]


def test_the_same_word_twice_is_found_twice():
    starts = [token.start for token in document_of_words([["a", "a"], ["aa", "a"]], "aa aaa").tokens]

    assert starts == [0, 1, 3, 5]


def test_an_annotator_and_a_client_annotate_them_there():
    annotator = Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"))
    placed, plain = annotator.annotate_tokens(WORDS, text=TEXT), annotator.annotate_tokens(WORDS)

    assert [token.xpos for token in placed.tokens] == [token.xpos for token in plain.tokens]
    assert [token.head for token in placed.tokens] == [token.head for token in plain.tokens]
    asked = FakeService().client().annotate_tokens(WORDS, text=TEXT)
    assert [(token.start, token.end) for token in asked.tokens] == [(t.start, t.end) for t in placed.tokens]
    assert "# text = New York, 🙂ok." in placed.to_conllu()


@pytest.mark.parametrize(
    ("words", "text", "fault"),
    [
        ([["It", "was"]], "It is", "sentence 1, word 2: 'was' is not in the text at 3, which goes on with 'is'"),
        ([["It"], ["is", "so"]], "It is", "sentence 2, word 2: 'so' is not in the text at 5, which goes on with ''"),
        ([["is"]], "It is", "sentence 1, word 1: 'is' is not in the text at 0, which goes on with 'It is'"),
        ([["It"]], "It is", "no word stands for 'is' at 3 in the text"),
        ([], "It", "no word stands for 'It' at 0"),
        ([["It"]], 3, "a text is a string, found int: 3"),
        ([["It"], []], "It", "sentence 2 has no words"),
    ],
)
def test_words_that_do_not_make_up_the_text_are_refused_with_their_place(words: list[list[str]], text: str, fault: str):
    with pytest.raises(InputError, match=re.escape(fault)):
        document_of_words(words, text)
