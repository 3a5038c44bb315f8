"""Means, intervals and paired differences over seeds."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from jmt.experiments.comparison import (
    Pair,
    compared_pairs,
    comparison_table,
    paired_difference,
    questions_of,
    unlearned,
)
from jmt.experiments.judging.gate import Gate
from jmt.experiments.judging.intervals import student_interval
from jmt.experiments.judging.tables import markdown_table


def seeds(*values: float) -> dict[int, dict[str, dict[str, float]]]:
    return {seed: {"xpos": {"accuracy": value, "count": 9.0}} for seed, value in enumerate(values, 1)}


def test_an_interval_is_that_of_a_t_test():
    values = [0.91, 0.93, 0.95, 0.90]
    expected = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    mean, half = student_interval(values)

    assert (mean - half, mean + half) == pytest.approx((expected.low, expected.high))
    assert student_interval([0.5]) == (0.5, math.inf)
    assert student_interval([0.5]).holds_zero  # one run proves nothing


def test_differences_are_paired_by_seed():
    first, second = seeds(0.90, 0.80, 0.70), seeds(0.89, 0.79, 0.69)  # far apart between seeds, always one point ahead
    found = paired_difference(first, second, "xpos", "accuracy")

    assert found == pytest.approx((0.01, 0.0), abs=1e-9)
    assert not found.holds_zero
    assert paired_difference({1: first[1]}, {2: second[2]}, "xpos", "accuracy") is None


def test_a_table_has_the_scores_of_every_kind_and_what_the_first_has_more_than_the_others():
    results = {"cascade": seeds(0.90, 0.92, 0.91), "flat": seeds(0.85, 0.87, 0.86), "single": seeds(0.93, 0.89, 0.91)}
    table = comparison_table({**results, "late": {}}, {"cascade": 1.0, "flat": 2.0, "single": 3.0})

    assert "| cascade | 3 | 1.0 | 0.9100 ± 0.0248 |" in table
    assert "| cascade - flat | +5.00 ± 0.00 |" in table
    assert "| cascade - single | +0.00 ± 7.45 |" in table
    assert "late" not in table
    assert comparison_table({"cascade": {}}, {}) == "No seed of any network has ended.\n"


def test_an_error_stays_in_its_own_unit_and_is_better_when_lower_of_unknown_words_too():
    def errors(one: float, other: float) -> dict[int, dict[str, dict[str, float]]]:
        return {1: {"relatedness": {"mse": one, "unknown mse": other}}}

    results = {"cascade": errors(0.5, 0.75), "flat": errors(0.75, 1.0)}
    table = comparison_table(results, dict.fromkeys(results, 1.0), baselines={"majority": errors(0.6, 0.9)[1]})
    assert "| cascade - flat | -0.2500 | -0.2500 |" in table
    assert "| flat | 1 | 1.0 | 0.7500 † | 1.0000 † |" in table
    assert "| cascade | 1 | 1.0 | 0.5000 | 0.7500 |" in table
    assert "An error (mse) is better when lower" in table
    assert "One seed says nothing about noise" in table
    judged = {Pair("cascade", "flat"): [("relatedness", "mse"), ("relatedness", "unknown mse")]}
    assert [question.differences for question in questions_of(results, judged)] == [(0.25,), (0.25,)]


def test_figures_stand_to_the_right_and_words_to_the_left():
    rows = [["a", "uas", ".9", "", "**above**"], ["b", "las", "> 100", "-", "open"]]
    lines = markdown_table(["network", "by", "score", "nothing", "reads as"], rows)
    assert lines[1] == "| --- | --- | ---: | --- | --- |"


def test_a_task_that_a_network_lacks_stays_empty_and_other_pairs_are_compared_on_request():
    whole, part = seeds(0.90, 0.92), seeds(0.85, 0.87)
    for scores in whole.values():
        scores["dep"] = {"las": 0.5}
    results = {"all": whole, "abc": part, "all-3": part}
    minutes = dict.fromkeys(results, 1.0)
    table = comparison_table(results, minutes, further=[Pair("abc", "all-3"), Pair("abc", "late")])

    assert "| abc | 2 | 1.0 | 0.8600 ± 0.1271 |  |" in table
    assert "| all - abc | +5.00 ± 0.00 |  |" in table
    assert "| abc - all-3 | +0.00 ± 0.00 |  |" in table
    assert "late" not in table
    assert "abc - all-3" not in comparison_table(results, minutes)


def test_baselines_stand_first_and_what_does_not_beat_all_of_them_is_marked():
    baselines = {
        "majority": {"xpos": {"accuracy": 0.2}, "relatedness": {"pearson": 0.0, "mse": 1.0}},
        "one feature": {"xpos": {"accuracy": 0.8}, "relatedness": {"pearson": 0.5, "mse": 0.7}},
    }
    results = {
        "cascade": {1: {"xpos": {"accuracy": 0.9}, "relatedness": {"pearson": 0.4, "mse": 0.6}}},
        "flat": {1: {"xpos": {"accuracy": 0.8}, "relatedness": {"pearson": 0.6, "mse": 0.8}}},
    }
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in comparison_table(results, {"cascade": 1.0, "flat": 1.0}, baselines=baselines).splitlines()
        if line.startswith("| ") and not line.startswith("| ---")
    ]
    assert [row[0] for row in rows[:5]] == ["network", "majority", "one feature", "cascade", "flat"]
    assert rows[1][1:] == ["", "", "0.2000", "0.0000", "1.0000"]
    assert rows[3][3:] == ["0.9000", "0.4000 †", "0.6000"]
    assert rows[4][3:] == ["0.8000 †", "0.6000", "0.8000 †"]
    differences = next(row for row in rows if row[0] == "cascade - flat")
    assert [cell.partition(" ")[0] for cell in differences[1:]] == ["+10.00", "-20.00", "-0.2000"]


def test_what_is_asked_has_the_seeds_that_both_have_in_points_and_errors_turned_round():
    first = {seed: {"relatedness": {"pearson": 0.5 + seed / 100, "mse": 0.5}} for seed in (1, 2, 3)}
    second = {seed: {"relatedness": {"pearson": 0.5, "mse": 0.75}} for seed in (2, 3, 4)}
    endpoints = {Pair("cascade", "flat"): [("relatedness", "pearson"), ("relatedness", "mse"), ("dep", "las")]}
    pearson, mse = questions_of({"cascade": first, "flat": second}, endpoints)

    assert (pearson.comparison, pearson.endpoint) == ("cascade - flat", "relatedness pearson")
    assert pearson.differences == pytest.approx((2.0, 3.0))
    assert mse.differences == pytest.approx((0.25, 0.25))  # a smaller error is better
    assert questions_of({"cascade": first, "flat": {}}, endpoints) == []


def test_scores_on_unknown_words_are_explained_and_have_no_baseline():
    results = {"cascade": {1: {"xpos": {"accuracy": 0.9, "unknown accuracy": 0.7, "unknown count": 4.0}}}}
    table = comparison_table(results, {"cascade": 1.0}, baselines={"majority": {"xpos": {"accuracy": 0.95}}})

    assert "| network | seeds | minutes a seed | xpos accuracy | xpos unknown accuracy |" in table
    assert "| cascade | 1 | 1.0 | 0.9000 † | 0.7000 |" in table
    assert "with a word that the task's training sentences do not have" in table


def test_two_networks_that_have_not_learned_a_task_are_not_compared_on_it():
    def scores(*values: float) -> dict[int, dict[str, dict[str, float]]]:
        return {seed: {"relatedness": {"mse": value}} for seed, value in enumerate(values, 1)}

    results = {"cascade": scores(0.9, 0.9), "flat": scores(1.1, 1.2), "single": scores(0.6, 0.7)}
    endpoints = {key: [("relatedness", "mse")] for key in compared_pairs(results)}
    gate = Gate({"majority": {"relatedness": {"mse": 1.0}}, "one feature": {"relatedness": {"mse": 0.8}}})

    assert [one.comparison for one in questions_of(results, endpoints, gate)] == ["cascade - single"]
    assert unlearned(results, endpoints, gate) == ["cascade - flat by relatedness mse"]
    assert len(questions_of(results, endpoints)) == 2
