"""Forms become n-grams as in appendix B of the paper, and are looked up the same whatever was looked up before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import count
from types import FrameType
from typing import Any

import numpy as np
import pytest

from jmt.cascade.symbols import lexicon as lexicon_module
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.ngrams import BEGIN, END, LONGEST_FORM, character_ngrams, word_ngrams
from jmt.cascade.symbols.vocabulary import UNKNOWN

SENTENCES = [["Cat", "and", "cat"], ["dogs", "bark", "at", "cats"]]


def shown(form: str, sizes: tuple[int, ...]) -> list[str]:
    """N-grams with the boundary symbols written as the paper writes them."""
    return [ngram.replace(BEGIN, "#B#").replace(END, "#E#") for ngram in character_ngrams(form, sizes)]


def test_cat_has_the_ngrams_of_the_paper_s_example():
    assert shown("Cat", (1, 2, 3)) == ["C", "a", "t", "#B#C", "Ca", "at", "t#E#", "#B#Ca", "Cat", "at#E#"]


@pytest.mark.parametrize(("size", "count"), [(2, 2), (3, 1), (4, 0)])
def test_a_word_of_one_character_has_few_ngrams(size: int, count: int):
    assert len(character_ngrams("c", (size,))) == count


def test_nothing_but_boundaries_is_no_ngram():
    assert character_ngrams("", (2, 3)) == []
    assert BEGIN + END not in character_ngrams("ab", (2, 3, 4))


def test_an_ngram_that_occurs_twice_counts_once():
    ngrams = character_ngrams("banana", (2, 3))

    assert len(ngrams) == len(set(ngrams))
    assert ngrams.count("an") == 1


def test_ngrams_keep_their_case_and_words_lose_it():
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))

    assert {"Ca", "ca"} <= set(lexicon.ngrams.symbols)
    assert "Cat" not in lexicon.words
    assert lexicon.words.counts[lexicon.words["cat"] - 1] == 2  # Cat and cat


def test_of_a_very_long_form_both_ends_are_seen():
    form = "a" * 50_000 + "xyz" + "b" * 50_000
    cut = "a" * (LONGEST_FORM // 2) + "b" * (LONGEST_FORM // 2)

    assert character_ngrams(form, (2, 3, 4)) == character_ngrams(cut, (2, 3, 4))
    assert character_ngrams("x" * LONGEST_FORM, (LONGEST_FORM,)) == [
        BEGIN + "x" * (LONGEST_FORM - 1),
        "x" * LONGEST_FORM,
        "x" * (LONGEST_FORM - 1) + END,
    ]


def test_a_form_without_a_known_ngram_gets_the_unknown_one():
    table = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,)).look_up(["ÿÿÿ"])

    assert table.word_ids.tolist() == [UNKNOWN]
    assert table.ngram_ids.tolist() == [UNKNOWN]


def test_every_token_leads_back_to_its_own_form():
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))
    forms = ["cats", "Cat", "zebra", "cats", "at"]
    table = lexicon.look_up(forms)

    assert len(table.word_ids) == 4
    assert table.word_ids[table.places].tolist() == [lexicon.words[form.lower()] for form in forms]
    assert table.ngram_counts.sum() == len(table.ngram_ids)


def test_what_was_looked_up_before_changes_nothing():
    """A resumed run has looked up other forms before; gradients of n-grams add up in the order of the forms."""
    fresh, used = (Lexicon.from_sentences(SENTENCES, ngram_sizes=(2, 3)) for _ in range(2))
    used.look_up(["cats", "bark", "zebra", "and", "Cat"])
    forms = ["Cat", "and", "bark", "Cat", "cats"]
    first, second = fresh.look_up(forms), used.look_up(forms)

    for name in ("word_ids", "ngram_ids", "ngram_counts", "places"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist(), name


def test_the_table_of_forms_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lexicon_module, "MOST_FORMS", 100)
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))
    for number in range(50):
        lexicon.look_up([f"form{number}{letter}" for letter in "abcdefghij"])

    assert len(lexicon._rows) <= 110
    assert lexicon.words.symbols[lexicon.look_up(["bark"]).word_ids[0] - 1] == "bark"


def test_rare_words_and_ngrams_can_be_left_out():
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,), word_minimum=2, ngram_minimum=3)

    assert lexicon.words.symbols == ["cat"]
    assert set(lexicon.ngrams.symbols) == {"at", "t" + END}  # in Cat, cat and at


def interrupted_after(steps: int, lexicon: Lexicon, forms: Sequence[str]) -> KeyboardInterrupt | None:
    """Look forms up, stopped by Ctrl-C after so many instructions of the lexicon; None: it came to its end before."""
    left = steps

    def step(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename != lexicon_module.__file__:
            return None
        frame.f_trace_opcodes = True
        left -= event == "opcode"
        if left < 0:
            sys.settrace(None)
            raise KeyboardInterrupt
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        lexicon.look_up(forms)
    except KeyboardInterrupt as stop:
        return stop
    finally:
        sys.settrace(before)
    return KeyboardInterrupt() if left < 0 else None  # Python itself takes one that comes as a generator is closed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python 3.12 tells of such a one
@pytest.mark.parametrize("most", [100, 2])
def test_wherever_ctrl_c_stops_a_look_up_later_ones_are_right(most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lexicon_module, "MOST_FORMS", most)
    later = ["bark", "Cat", "at", "dogs", "and"]
    expected = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2, 3)).look_up(later)
    for steps in count():
        lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2, 3))
        known = dict(zip(["cats", "bark", "Cat"], lexicon.look_up(["cats", "bark", "Cat"]).rows.tolist(), strict=True))
        stop = interrupted_after(steps, lexicon, ["and", "dogs"])  # held here with its traceback, as a shell holds it
        found = lexicon.look_up(later)

        for name in ("word_ids", "ngram_ids", "ngram_counts", "places"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=f"{name}, {steps}")
        if not found.generation:  # else every row is a new one
            assert [found.rows[later.index(form)] for form in ("bark", "Cat")] == [known["bark"], known["Cat"]]
        if stop is None:
            break


def test_a_clause_is_known_by_its_words_and_by_those_beside_each_other():
    shown = [ngram.replace(BEGIN, "<").replace(END, ">") for ngram in word_ngrams("The cat saw  the Cat", (1, 2))]

    assert shown == ["the", "cat", "saw", "< the", "the cat", "cat saw", "saw the", "cat >"]
    assert word_ngrams("", (1, 2)) == []
    assert word_ngrams("a " * 5000, (1,)) == ["a"]
    assert len(word_ngrams(" ".join(map(str, range(5000))), (1,))) == 400


def test_clauses_are_looked_up_by_the_words_that_training_saw():
    document = ["He was upset", "that they left"]
    lexicon = Lexicon.from_sentences([document], ngram_sizes=(1, 2), word_minimum=9, unit="words")
    table = lexicon.look_up(["they were upset", "unseen"])

    symbols = ["?", *lexicon.ngrams.symbols]
    found = [symbols[number].replace(BEGIN, "<").replace(END, ">") for number in table.ngram_ids]
    assert table.ngram_counts.tolist() == [3, 1]
    assert found == ["they", "upset", "upset >", "?"]
    assert not table.word_ids.any()  # whole clauses seldom recur
