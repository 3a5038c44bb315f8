"""Which training examples have a sentence of an evaluation split, and what becomes of them."""

from __future__ import annotations

import pytest

from jmt.data.unions.leaks import EvaluationSentences, letters_of, normal_form
from jmt.errors import CorpusError

SNOW, RAIN, SUN, WIND = ([*text.split(), "."] for text in ("Snow falls", "Rain falls", "The sun shines", "It blows"))


def test_the_same_sentence_is_known_without_case_and_final_signs():
    assert normal_form("The snow falls .".split()) == normal_form("the Snow falls".split())
    assert normal_form("Really ? !".split()) == ("really",)
    assert normal_form("!".split()) == ("!",)
    assert normal_form("Snow falls".split()) != normal_form("Snow fell".split())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Do n't go .", "don\u2019t go\u2026", True),
        ("caf\u00e9", "Cafe\u0301", True),
        ("soft\u00adly\u200b", "softly", True),
        ("Stra\u00dfe", "STRASSE", True),
        ("\u0915\u093f", "\u0915\u0940", False),  # marks that are vowels
        ("a + b", "a = b", False),
        ("! !", "! ?", False),
        ("It is 5 .", "It is 6 .", False),
    ],
)
def test_letters_tell_sentences_apart_and_not_ways_of_writing_them(one: str, other: str, same: bool):
    assert (letters_of(one.split()) == letters_of(other.split())) is same


def test_an_example_with_one_sentence_of_an_evaluation_split_is_not_free_of_them():
    evaluated = EvaluationSentences()
    evaluated.add("one", [["snow", "FALLS"]])
    evaluated.add("two", [(SUN, WIND)])

    assert evaluated.free_of_them("one", [SNOW, RAIN, SUN]) == [1]
    assert evaluated.free_of_them("three", [(RAIN, RAIN), (RAIN, WIND), (SNOW, RAIN)]) == [0]


def test_across_corpora_what_a_corpus_shares_with_itself_is_kept():
    evaluated = EvaluationSentences("across")
    evaluated.add("one", [SNOW])
    evaluated.add("two", [SUN, RAIN])

    assert evaluated.free_of_them("one", [SNOW, RAIN, WIND]) == [0, 2]
    assert evaluated.free_of_them("two", [SNOW, RAIN, WIND]) == [1, 2]


def test_training_data_of_which_nothing_would_be_left_is_refused_with_the_split_that_it_is():
    evaluated = EvaluationSentences()
    evaluated.add("one", [SNOW])
    evaluated.add("two", [SNOW, SUN, RAIN])

    with pytest.raises(CorpusError, match=r"three: each of its 2 training examples .* \(two: 2\).* Name another file"):
        evaluated.free_of_them("three", [SNOW, SUN])
    assert evaluated.free_of_them("three", []) == []
