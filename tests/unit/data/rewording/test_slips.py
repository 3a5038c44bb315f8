"""Slips of the pen: one letter lost, doubled or in the wrong place, and the word begins as it did."""

from __future__ import annotations

from random import Random

from jmt.data.rewording.slips import may_slip, with_slip


def test_a_slip_is_one_letter_lost_doubled_or_swapped():
    draw = Random(1)
    found = {with_slip("bread", draw) for _ in range(500)}

    lost = {"bead", "brad", "bred"}
    doubled = {"brread", "breead", "breaad"}
    swapped = {"berad", "braed", "breda"}
    assert found == lost | doubled | swapped


def test_equal_letters_are_not_swapped_for_nothing():
    draw = Random(1)

    assert "hello" not in {with_slip("hello", draw) for _ in range(200)}


def test_short_words_numbers_and_signs_do_not_slip():
    assert [word for word in ("dog", "dogs", "1234", "a-b-c", "...", "don't") if may_slip(word)] == ["dogs"]
