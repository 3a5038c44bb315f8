"""Contractions: opened and closed where there is one reading, in words and in raw text, and left alone elsewhere."""

from __future__ import annotations

import pytest

from jmt.data.rewording.contractions import closed, closed_text, opened, opened_text

BOTH_WAYS = [
    ("I do n't know .", "I do not know ."),
    ("She ca n't come .", "She can not come ."),
    ("Wo n't you stay ?", "Will not you stay ?"),
    ("It 's a dog .", "It is a dog ."),
    ("They 're late .", "They are late ."),
    ("I 'm here , and there was n't anybody .", "I am here , and there was not anybody ."),
    ("We 'll see .", "We will see ."),
]


@pytest.mark.parametrize(("short", "long"), BOTH_WAYS)
def test_what_is_opened_is_closed_again(short: str, long: str):
    assert " ".join(opened(short.split())) == long
    assert " ".join(closed(long.split())) == short


@pytest.mark.parametrize(
    "sentence",
    [
        "The dog 's bone is old .",  # a possessive
        "It 's been raining .",  # has
        "He 'd come .",  # would, or had
        "Let 's go .",  # us
        "It ai n't so .",
        "She 's finished .",
    ],
)
def test_what_has_another_reading_stays(sentence: str):
    assert " ".join(opened(sentence.split())) == sentence


@pytest.mark.parametrize(
    "sentence", ["I know what it is .", "Yes , it is .", "The man is here .", "I am .", "He said she will come ."]
)
def test_verbs_are_contracted_behind_a_pronoun_that_begins_the_sentence_alone(sentence: str):
    assert " ".join(closed(sentence.split())) == sentence


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("I don't know, but it's late.", "I do not know, but it's late."),
        ("It's a  dog (isn't it)?\n", "It is a  dog (is not it)?\n"),
        ("She can’t come.", "She can not come."),
    ],
)
def test_raw_text_is_opened_where_words_are_written_together(short: str, long: str):
    assert opened_text(short) == long.replace("but it's", "but it is")


def test_raw_text_is_closed_and_everything_else_in_it_stays():
    assert closed_text(" It is  not so: they do not (really) know. ") == " It isn't so: they don't (really) know. "
    assert closed_text("We will see.") == "We'll see."


@pytest.mark.parametrize("text", ["", "  ", "No change here, at all!", "日本語です。", "rock 'n' roll", "''", "n't"])
def test_text_without_contractions_stays_as_it_is(text: str):
    assert opened_text(text) == closed_text(text) == text
