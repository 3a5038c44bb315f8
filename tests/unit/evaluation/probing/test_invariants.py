"""Invariants: what a judge whose rule is known gets right of them, and that nothing but the one change was made."""

from __future__ import annotations

import pytest

from jmt.evaluation.probing.changes import changed, changes_in
from jmt.evaluation.probing.invariants import InvariantScore, probe_pairs, probe_sentences
from tests.unit.evaluation.probing.known_judge import KnownJudge, equal_texts

SENTENCES = ["The dogs don't bark.", "Nobody is here"]


def by_name(scores: list[InvariantScore]) -> dict[str, InvariantScore]:
    return {score.name: score for score in scores}


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        ("double space", "One two", "One  two"),
        ("contraction", "It isn't so.", "It is not so."),
        ("contraction", "It is not so.", "It isn't so."),
        ("lower case", "Anna SANG.", "anna sang."),
        ("capitals", "Anna sang.", "ANNA SANG."),
        ("full stop", "Anna sang.", "Anna sang"),
        ("full stop", "Anna sang", "Anna sang."),
    ],
)
def test_a_text_is_changed_in_one_way(name: str, text: str, after: str):
    assert changed(name, text) == after


@pytest.mark.parametrize(
    ("name", "text"),
    [("typo", "A dog is up."), ("double space", "Yes."), ("contraction", "Anna sang."), ("lower case", "yes"),
     ("capitals", "1984"), ("full stop", "Really?")],
)  # fmt: skip
def test_a_text_without_anything_to_change_is_left_out(name: str, text: str):
    assert changed(name, text) is None


def test_a_typo_touches_one_letter_of_one_word():
    after = changed("typo", "A dog is running up.")

    assert after is not None
    assert after.startswith("A dog is r")
    assert after.endswith(" up.")
    assert abs(len(after) - len("A dog is running up.")) <= 1
    assert {changed("typo", "A dog is running up.") for _ in range(20)} == {after}  # one probe is as another


def test_contractions_are_probed_in_english_alone():
    assert set(changes_in("en")) - set(changes_in("fr")) == {"contraction"}


def test_a_judge_of_letters_says_entailment_of_a_sentence_and_itself_and_of_no_changed_one():
    judge = KnownJudge(equal_texts, lambda first, second: 5.0 if first == second else 1.0)
    scores = by_name(probe_sentences(judge, SENTENCES))

    assert scores["itself"] == InvariantScore("itself", 2, 1.0, 5.0)
    assert scores["typo"] == InvariantScore("typo", 2, 0.0, 1.0)
    assert scores["contraction"] == InvariantScore("contraction", 1, 0.0, 1.0)
    assert judge.asked[:2] == [(text, text) for text in SENTENCES]
    assert all(first in SENTENCES for first, _ in judge.asked)


def test_a_judge_that_always_says_the_same_keeps_every_class_and_is_wrong_about_itself():
    scores = by_name(probe_sentences(KnownJudge(lambda *_: "NEUTRAL"), SENTENCES))

    assert scores["itself"].right == 0.0
    assert {score.right for name, score in scores.items() if name != "itself"} == {1.0}
    assert all(score.grade is None for score in scores.values())


def test_pairs_are_changed_on_either_side_and_compared_with_their_own_class():
    judge = KnownJudge(lambda first, second: "ENTAILMENT" if second.islower() else "NEUTRAL")
    scores = by_name(probe_pairs(judge, [("One dog", "one DOG"), ("A man", "a man")]))

    lower = scores["lower case"]  # both first sentences, where nothing changes, and one second one, where it does
    assert (lower.count, lower.right) == (3, pytest.approx(2 / 3))
    assert scores["capitals"].count == 4


def test_the_other_order_is_about_grades_alone():
    judge = KnownJudge(equal_texts, lambda first, second: float(len(first)))
    swapped = by_name(probe_pairs(judge, [("ab", "abcd"), ("abc", "d")]))["swapped"]

    assert swapped == InvariantScore("swapped", 2, None, 2.0)
