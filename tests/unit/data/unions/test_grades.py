"""Grades on another scale: a line through both ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jmt.data.unions.grades import mapped, mapped_grades

ENDS = st.floats(-100, 100).map(lambda value: round(value, 3))


@given(ENDS, st.floats(0.1, 50), ENDS, st.floats(0.1, 50))
def test_both_ends_are_mapped_exactly_and_the_middle_to_the_middle(low: float, width: float, other: float, size: float):
    own, wanted = (low, low + width), (other, other + size)

    assert mapped(own[0], own, wanted) == wanted[0]
    assert mapped(own[1], own, wanted) == wanted[1]
    assert abs(mapped(sum(own) / 2, own, wanted) - sum(wanted) / 2) < 1e-6


def test_sts_on_the_scale_of_sick():
    assert mapped_grades([0.0, 2.5, 5.0, 1.25], (0, 5), (1, 5)) == [1.0, 3.0, 5.0, 2.0]


def test_labels_and_grades_of_the_same_or_of_no_known_range_stay_as_they_are():
    grades = [0.1 + 0.2, 4.7]

    assert mapped_grades(grades, (1.0, 5.0), (1, 5)) is grades
    assert mapped_grades(grades, None, (1, 5)) is grades
    assert mapped_grades(["a", ["b"]], (0, 5), (1, 5)) == ["a", ["b"]]
