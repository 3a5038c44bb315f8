"""Dominance by hand, by brute force and against a t-test; ties, tolerances and circles."""

from __future__ import annotations

import random
from itertools import permutations, product

import pytest
from scipy import stats

from jmt.experiments.pareto.dominance import compare_candidates, measure_gap, welch

TASKS = [("xpos", "accuracy"), ("dep", "las"), ("relatedness", "pearson")]


def one(*values: float) -> dict:
    """The scores of a candidate with one seed, task by task."""
    return seeds([value] for value in values)


def seeds(columns) -> dict:
    """The scores of a candidate from one list of values per task, a value for each of the seeds 1, 2, ..."""
    lists = [list(values) for values in columns]
    return {
        seed: {task: {metric: values[seed - 1]} for (task, metric), values in zip(TASKS, lists, strict=False)}
        for seed in range(1, len(lists[0]) + 1)
    }


def dominators(candidates: dict, *, tolerance: float = 0.0, tasks: int = 2) -> dict[str, set[str]]:
    found = compare_candidates(candidates, TASKS[:tasks], tolerance=tolerance)
    return {name: set(others) for name, others in found.dominators.items()}


KNOWN = {
    "tags": one(0.95, 0.70),
    "both": one(0.90, 0.80),
    "nearly": one(0.89, 0.79),
    "trees": one(0.60, 0.90),
    "poor": one(0.50, 0.60),
}


def test_a_front_known_by_hand():
    assert dominators(KNOWN) == {
        "tags": set(),
        "both": set(),
        "nearly": {"both"},
        "trees": set(),
        "poor": {"tags", "both", "nearly", "trees"},
    }


def test_ranking_by_the_average_would_find_another_front():
    """`nearly` has the third best average and is dominated; `trees` has a worse one and is not."""
    average = {
        name: sum(metric for task in runs[1].values() for metric in task.values()) for name, runs in KNOWN.items()
    }
    front = compare_candidates(KNOWN, TASKS[:2], tolerance=0.0).front

    assert average["nearly"] > average["trees"]
    assert set(front) != set(sorted(average, key=lambda name: -average[name])[: len(front)])


def test_ties_are_not_dominance():
    assert dominators({"first": one(0.9, 0.8), "second": one(0.9, 0.8)}) == {"first": set(), "second": set()}
    assert dominators({"first": one(0.9, 0.8), "second": one(0.9, 0.81)}) == {"first": {"second"}, "second": set()}


def test_what_differs_by_the_tolerance_is_a_tie_whatever_floating_point_makes_of_it():
    assert 0.902 - 0.9 > 0.002
    tie = {"first": one(0.9, 0.8), "second": one(0.902, 0.8)}
    assert dominators(tie, tolerance=0.002) == {"first": set(), "second": set()}
    better = {"first": one(0.9, 0.8), "second": one(0.9021, 0.7981)}
    assert dominators(better, tolerance=0.002) == {"first": {"second"}, "second": set()}
    assert dominators(better, tolerance=0.0) == {"first": set(), "second": set()}


def test_of_an_error_less_is_better():
    task = ("relatedness", "mse")
    small, large = ({1: {"relatedness": {"mse": value}}} for value in (0.3, 0.5))

    assert measure_gap(small, large, task, tolerance=0.0).difference == pytest.approx(0.2)
    assert compare_candidates({"small": small, "large": large}, [task], tolerance=0.0).dominators == {
        "small": [],
        "large": ["small"],
    }


def test_with_seeds_the_tolerance_is_the_interval_of_the_paired_difference():
    """Scores that go up and down together differ surely; the same scores in another order do not."""
    low, high, shuffled = [0.80, 0.84, 0.88], [0.811, 0.850, 0.889], [0.889, 0.811, 0.850]
    sure, unsure = seeds([high, high]), seeds([shuffled, shuffled])
    expected = stats.ttest_rel(high, low).confidence_interval(0.95)
    found = measure_gap(sure, seeds([low, low]), TASKS[0], tolerance=9.0)

    assert found.basis == "paired seeds"
    assert (found.difference - found.tolerance, found.difference + found.tolerance) == pytest.approx(tuple(expected))
    assert dominators({"low": seeds([low, low]), "high": sure}, tolerance=9.0)["low"] == {"high"}
    assert dominators({"low": seeds([low, low]), "high": unsure}, tolerance=0.0)["low"] == set()


def test_with_other_seeds_on_each_side_the_interval_is_welch_s():
    first, second = [0.91, 0.93, 0.95, 0.90], [0.80, 0.86, 0.83]
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    mean, half = welch(first, second)
    assert (mean - half, mean + half) == pytest.approx(tuple(expected))
    assert welch([0.5, 0.5], [0.25, 0.25]) == (0.25, 0.0)

    other = {seed + 10: scores for seed, scores in seeds([second]).items()}
    found = measure_gap(seeds([first]), other, TASKS[0], tolerance=9.0)
    assert (found.basis, found.difference, found.tolerance) == ("seeds", pytest.approx(mean), pytest.approx(half))


def test_one_seed_on_either_side_means_the_given_tolerance():
    found = measure_gap(seeds([[0.90, 0.92]]), one(0.90), TASKS[0], tolerance=0.002)

    assert found == (pytest.approx(0.01), 0.002, "fixed")
    assert found.better
    assert not found.worse
    assert found.turned().worse


def test_seeds_that_all_differ_by_the_same_say_nothing_of_noise_so_that_the_tolerance_counts():
    one_more = {"less": seeds([[108 / 300, 109 / 300]]), "more": seeds([[109 / 300, 110 / 300]])}
    assert dominators(one_more, tolerance=0.004, tasks=1) == {"less": set(), "more": set()}
    assert dominators(one_more, tolerance=0.002, tasks=1) == {"less": {"more"}, "more": set()}
    assert measure_gap(one_more["more"], one_more["less"], TASKS[0], tolerance=0.004).basis == "no spread"
    other = {seed + 10: scores for seed, scores in seeds([[0.5, 0.5]]).items()}
    found = measure_gap(seeds([[0.501, 0.501]]), other, TASKS[0], tolerance=0.004)
    assert (found.tolerance, found.basis) == (0.004, "no spread")


def test_what_some_candidate_lacks_is_left_out_and_named():
    both, alone = seeds([[0.5, 0.6], [0.9, 0.9]]), seeds([[0.7, 0.8]])
    found = compare_candidates({"sum": both, "single": alone}, TASKS[:2], tolerance=0.002)
    assert found.dominators == {"sum": ["single"], "single": []}
    assert (found.columns, found.left_out) == (TASKS[:1], TASKS[1:2])


def test_with_zero_tolerance_dominance_is_what_brute_force_says_and_is_transitive():
    numbers = random.Random(7)
    points = {f"p{n}": tuple(numbers.choice((0.1, 0.2, 0.3, 0.4, 0.5)) for _ in range(3)) for n in range(40)}
    found = dominators({name: one(*point) for name, point in points.items()}, tasks=3)

    for first, second in permutations(points, 2):
        pairs = list(zip(points[first], points[second], strict=True))
        expected = all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)
        assert (first in found[second]) == expected
    for first, second, third in product(points, repeat=3):
        if first in found[second] and second in found[third]:
            assert first in found[third]
    assert all(others & {name for name in points if not found[name]} for others in found.values() if others)


def test_the_order_of_candidates_changes_nothing():
    numbers = random.Random(11)
    points = {
        f"p{n}": seeds([[numbers.gauss(0.8, 0.01) for _ in range(n % 3 + 1)] for _ in range(3)]) for n in range(9)
    }
    expected = dominators(points, tolerance=0.002, tasks=3)

    for _ in range(5):
        names = list(points)
        numbers.shuffle(names)
        assert dominators({name: points[name] for name in names}, tolerance=0.002, tasks=3) == expected


def test_within_tolerances_candidates_can_dominate_each_other_in_a_circle():
    circle = {"a": one(0.2, 0.1, 0.0), "b": one(0.0, 0.2, 0.1), "c": one(0.1, 0.0, 0.2)}
    found = compare_candidates(circle, TASKS, tolerance=0.15)

    assert found.dominators == {"a": ["c"], "b": ["a"], "c": ["b"]}
    assert found.front == []
