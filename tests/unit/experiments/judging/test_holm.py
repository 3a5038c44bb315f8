"""Holm's correction: against an example by hand, and against the closed test that it is a shortcut of."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from jmt.experiments.judging.holm import holm


def by_closure(p_values: list[float]) -> list[float]:
    """A hypothesis is rejected where Bonferroni rejects every set that it is in."""
    places = range(len(p_values))
    sets = [of for size in range(1, len(p_values) + 1) for of in combinations(places, size)]
    return [
        max(min(1.0, len(of) * min(p_values[other] for other in of)) for of in sets if place in of) for place in places
    ]


def test_an_example_by_hand():
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})

    assert list(found) == ["a", "b", "c", "d"]
    assert found == pytest.approx({"d": 4 * 0.005, "a": 3 * 0.01, "c": 2 * 0.03, "b": 0.06})  # b: 0.04 is below c's
    assert holm({}) == {}
    assert holm({"a": 0.03}) == {"a": 0.03}


def test_it_is_the_closed_test_of_all_sets_of_comparisons():
    numbers = random.Random(4)
    for _ in range(60):
        p_values = [numbers.choice((0.0, 0.01, 1.0, numbers.random() ** 3)) for _ in range(numbers.randint(1, 7))]
        found = holm(dict(enumerate(p_values)))

        assert [found[place] for place in range(len(p_values))] == pytest.approx(by_closure(p_values))


def test_a_correction_never_helps_nor_changes_the_order_nor_exceeds_bonferroni():
    numbers = random.Random(5)
    for _ in range(60):
        p_values = {place: numbers.random() ** 4 for place in range(numbers.randint(1, 40))}
        found = holm(p_values)
        order = sorted(p_values, key=lambda place: p_values[place])

        assert all(p <= found[place] <= min(1.0, len(p_values) * p) + 1e-12 for place, p in p_values.items())
        assert [found[place] for place in order] == sorted(found.values())
        turned = holm(dict(reversed(p_values.items())))
        assert turned == found


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(value: float):
    with pytest.raises(ValueError, match="a p-value lies between 0 and 1"):
        holm({"a": 0.5, "b": value})
