"""Edit scripts of lemmas: what they say, that they are exact, and that nothing makes them fail."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jmt.cascade.symbols.edit_scripts import apply, fits, script_of

WORDS = st.text(max_size=12) | st.text(alphabet="aAbBiIıİßΣσς-*+=\\_ 1", max_size=8)


@pytest.mark.parametrize(
    ("form", "lemma", "script"),
    [
        ("cat", "cat", "lower *"),
        ("The", "the", "lower *"),
        ("studies", "study", "lower *-3+y"),
        ("RUNNING", "run", "lower *-4"),
        ("Bush", "Bush", "title *"),
        ("NATO", "NATO", "keep *"),
        ("McDonalds", "McDonald", "keep *-1"),
        ("LONDON", "London", "title *"),
        ("us", "US", "upper *"),
        ("gesehen", "sehen", "lower -2*"),
        ("were", "be", "=be"),
        ("is", "be", "=be"),
        ("du", "de le", "lower *-1+e le"),
        ("_", "_", "lower *"),
        ("", "x", "=x"),
        ("x", "", "="),
        ("f**k", "fuck", "lower *-3+uck"),
        ("a", "a*\\", "lower *+\\{2a;\\{5c;"),
    ],
)
def test_a_script_says_what_becomes_of_case_and_of_both_ends(form: str, lemma: str, script: str):
    assert script_of(form, lemma) == script
    assert apply(script, form) == lemma


@given(WORDS, WORDS)
@example("İstanbul'da", "İstanbul")
@example("IŞIK", "ışık")
@example("ΟΔΟΣ", "οδός")
@example("STRASSE", "straße")
@example("ﬁnds", "find")
@example("_", "")
@example("a\u200bs", "a\u200b")
@example("x" * 300, "x" * 299)
def test_the_script_of_a_form_and_its_lemma_makes_the_lemma_of_the_form(form: str, lemma: str):
    assert apply(script_of(form, lemma), form) == lemma


@given(WORDS, WORDS, WORDS)
def test_a_script_of_another_form_makes_some_text_of_any_form(form: str, lemma: str, other: str):
    assert isinstance(apply(script_of(form, lemma), other), str)


@given(st.text(alphabet="lower keptiu=*-+0199\\{};", max_size=30), WORDS)
def test_what_is_no_script_is_never_an_error(script: str, form: str):
    assert isinstance(apply(script, form), str)


@pytest.mark.parametrize(
    ("script", "lemma"), [("lower *-3+y", "is"), ("lower -2*", "is"), ("keep *-3", "IS"), ("title -1*-1", "Is")]
)
def test_a_script_that_takes_all_of_a_form_away_changes_its_case_alone(script: str, lemma: str):
    assert apply(script, "IS") == lemma
    assert not fits(script, "IS")


@given(WORDS, WORDS)
def test_the_script_of_a_form_fits_it(form: str, lemma: str):
    assert fits(script_of(form, lemma), form)


@given(WORDS, WORDS)
def test_scripts_can_be_printed(form: str, lemma: str):
    assert script_of(form, lemma).isprintable()


def test_an_escape_beyond_the_last_code_point_stands_for_the_last_one():
    assert apply("lower *+\\{ffffff;", "A") == "a\U0010ffff"


def test_what_long_words_become_is_written_whole_instead_of_compared():
    assert script_of("a" * 5000, "a" * 4999) == "=" + "a" * 4999
    assert script_of("a" * 100, "a" * 99) == "lower *-1"
    assert script_of("a" * 101, "a" * 99) == "=" + "a" * 99
