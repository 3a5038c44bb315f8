"""The one standard: what counts as a difference, what as the same, and what these seeds would have shown."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from jmt.experiments.judging.verdicts import (
    ALPHA,
    Question,
    judge,
    t_test,
    verdict_json,
    verdict_lines,
)


def ask(*differences: tuple[float, ...]) -> list[Question]:
    return [Question(f"one - other {number}", "dep las", values) for number, values in enumerate(differences)]


def test_differences_are_decided_by_a_paired_t_test_corrected_for_all_questions():
    values = [(1.0, 1.2, 0.9, 1.1), (0.5, -0.5, 0.2, -0.1), (-2.0, -2.5, -1.8, -2.2)]
    found = judge(ask(*values))
    plain = [stats.ttest_1samp(value, 0).pvalue for value in values]

    assert found[0].p == pytest.approx(3 * plain[0])  # the smallest of three
    assert found[2].p == pytest.approx(max(3 * plain[0], 2 * plain[2]))
    assert found[1].p == pytest.approx(plain[1])
    assert [one.reading for one in found] == ["above", "open", "below"]


def test_what_one_question_would_show_many_do_not():
    values = (1.0, 2.0, 3.0, 2.0)
    assert judge(ask(values))[0].reading == "above"
    assert judge(ask(values, *[(1.0, -1.0, 2.0, -2.0)] * 9))[0].reading == "open"


def test_networks_are_the_same_by_two_one_sided_tests_within_the_margin():
    values = (0.1, -0.1, 0.05, 0.0, -0.02)
    (found,) = judge(ask(values), margin=0.5)
    sides = [
        stats.ttest_1samp(values, -0.5, alternative="greater").pvalue,
        stats.ttest_1samp(values, 0.5, alternative="less").pvalue,
    ]
    assert found.p_apart == pytest.approx(max(sides))
    assert found.reading == "the same"
    assert judge(ask(values), margin=0.05)[0].reading == "open"  # so narrow a margin these seeds cannot show


def test_a_certain_difference_within_the_margin_is_a_difference():
    assert judge(ask((0.2, 0.21, 0.19, 0.2, 0.2)), margin=0.5)[0].reading == "above"


def test_the_smallest_visible_difference_is_where_the_correction_is_just_passed():
    values = np.array([0.3, -0.2, 0.1, 0.0, -0.2])
    noise = [(5.0, -5.0, 5.0, -5.0, 5.0)] * 3
    visible = judge(ask(tuple(values), *noise))[0].visible
    at = values - values.mean() + visible
    assert judge(ask(tuple(at * 1.001), *noise))[0].p == pytest.approx(ALPHA, rel=0.02)
    assert judge(ask(tuple(at), *noise))[0].p == pytest.approx(ALPHA)


def test_a_difference_is_decided_just_where_it_is_visible_whatever_stands_beside_it():
    numbers = np.random.default_rng(8)
    decided = 0
    for _ in range(200):
        shifts = numbers.choice([0.0, 1.0, 3.0], size=6)
        for one in judge(ask(*(tuple(shift + numbers.normal(size=5)) for shift in shifts))):
            assert one.decided == (abs(one.difference.mean) >= one.visible)
            decided += one.decided
    assert 50 < decided < 1000


def test_one_seed_leaves_all_open_and_equal_differences_are_a_sign_test():
    (one,) = judge(ask((3.0,)))
    assert (one.reading, one.p, math.isinf(one.visible)) == ("open", 1.0, True)
    assert t_test([0.1] * 5) == 2 / 2**5  # five tosses that all fall alike
    assert t_test([0.1 + 0.2, 0.3]) == 0.5  # equal but for rounding
    assert t_test([0.0, 0.0]) == 1.0
    assert judge(ask((0.1,) * 5))[0].reading == "the same"
    assert judge(ask((0.1,) * 5))[0].p_apart == 1 / 2**5
    assert judge(ask((0.9,) * 5))[0].reading == "open"
    assert judge(ask((0.5,) * 6), margin=0.5)[0].p_apart == 1.0  # on the margin is not within it
    assert "| +0.90 |" in verdict_lines(judge(ask((0.9,) * 5)), margin=0.5)[-1]  # no interval where seeds do not differ


def test_false_findings_stay_rare_where_there_is_nothing_to_find():
    numbers = np.random.default_rng(5)
    rounds = [judge(ask(*map(tuple, numbers.normal(size=(8, 5))))) for _ in range(400)]
    wrong = sum(any(one.decided for one in found) for found in rounds) / len(rounds)
    assert wrong < ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / len(rounds))


def test_a_report_says_how_many_seeds_what_they_would_show_and_what_it_reads_as():
    lines = verdict_lines(judge(ask((1.0, 1.2, 0.9, 1.1), (2.0,))), margin=0.5)
    assert "for the 2 rows here" in lines[2]
    assert lines[-2].startswith("| one - other 0 | dep las | 4 | +1.05 ± 0.21 |")
    assert lines[-2].endswith("| **above** |")
    assert lines[-1] == "| one - other 1 | dep las | 1 | +2.00 |  | 1.0000 | open |"
    (spread,) = verdict_lines(judge(ask((-20.0, 40.0))), margin=0.5)[-1:]
    assert "| > 100 |" in spread
    assert verdict_lines([]) == []
    assert verdict_json(judge(ask((2.0,)))[0])["smallest_visible"] is None
