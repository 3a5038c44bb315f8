"""Every method is judged by one number that was named before: all tasks alike, or the one that is worst off."""

from __future__ import annotations

import pytest

from jmt.experiments.ablation import Scores
from jmt.experiments.judging.gate import Gate
from jmt.experiments.methods.endpoints import FOR_THE_WORST, MEAN, WORST, endpoint_of, questions_of, reference_of
from jmt.training.weighting import METHODS

COLUMNS = [("xpos", "accuracy"), ("dep", "las")]


def seeds(*values: tuple[float, float]) -> dict[int, Scores]:
    return {seed: {"xpos": {"accuracy": a}, "dep": {"las": b}} for seed, (a, b) in enumerate(values, 1)}


def test_every_method_has_an_endpoint_and_those_for_the_worst_task_are_methods():
    assert set(FOR_THE_WORST) < set(METHODS)
    assert {endpoint_of(method) for method in METHODS} == {MEAN, WORST}


def test_scores_are_shares_of_what_single_tasks_have_on_average():
    results = {
        "sum": seeds((0.8, 0.4), (0.8, 0.4)),
        "pcgrad": seeds((0.88, 0.4), (0.8, 0.44)),
        "mgda": seeds((0.8, 0.44), (0.72, 0.44)),
        "single": seeds((0.7, 0.5), (0.9, 0.5)),
    }
    pcgrad, mgda = questions_of(results, ["sum", "pcgrad", "mgda", "famo"], reference_of(results, COLUMNS))

    assert (pcgrad.comparison, pcgrad.endpoint) == ("pcgrad - sum", MEAN)
    assert pcgrad.differences == pytest.approx(
        (5.0, 4.0)
    )  # (110 + 80) / 2 and (100 + 88) / 2, of the sum (100 + 80) / 2
    assert mgda.endpoint == WORST
    assert mgda.differences == pytest.approx((8.0, 8.0))  # worst of (100, 88), of (90, 88); of the sum 80


def test_without_single_tasks_scores_are_shares_of_the_sum_s():
    results = {"sum": seeds((0.8, 0.4)), "pcgrad": seeds((0.84, 0.4))}
    (found,) = questions_of(results, ["sum", "pcgrad"], reference_of(results, COLUMNS))
    assert found.differences == pytest.approx((2.5,))


def test_a_task_at_or_below_zero_is_no_reference_and_seeds_are_paired():
    results = {"sum": seeds((0.8, -0.1), (0.8, -0.1)), "pcgrad": {2: seeds((0, 0), (0.4, 0.9))[2]}}
    (found,) = questions_of(results, ["pcgrad"], reference_of(results, COLUMNS))
    assert found.differences == pytest.approx((-50.0,))
    assert found.endpoint == "mean over tasks, 1 of 2, %"
    assert reference_of(results, COLUMNS).left_out == (("dep", "las"),)


def test_a_task_that_by_itself_is_no_better_than_an_answer_without_a_model_does_not_count():
    results = {"sum": seeds((0.8, 0.4)), "pcgrad": seeds((0.84, 0.1)), "single": seeds((0.8, 0.3))}
    gate = Gate({"majority": {"dep": {"las": 0.1}}, "one feature": {"dep": {"las": 0.3}}})
    (found,) = questions_of(results, ["pcgrad"], reference_of(results, COLUMNS, gate))
    assert found.differences == pytest.approx((5.0,))
    (without,) = questions_of(results, ["pcgrad"], reference_of(results, COLUMNS))
    assert without.differences == pytest.approx((-47.5,))

    learned = {**results, "single": seeds((0.8, 0.31))}
    assert reference_of(learned, COLUMNS, gate).left_out == ()


def test_nothing_is_judged_while_what_it_is_a_percentage_of_would_change():
    results = {"sum": seeds((0.8, 0.4)), "pcgrad": seeds((0.84, 0.4)), "single": seeds((0.8, 0.4))}
    assert questions_of(results, ["pcgrad"], reference_of(results, COLUMNS, waiting=True)) == []
