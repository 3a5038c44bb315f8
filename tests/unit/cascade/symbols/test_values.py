"""What a prediction is made of."""

from __future__ import annotations

import pytest

from jmt.cascade.symbols.values import Grade, mean_grade


def test_the_mean_of_two_grades_is_that_of_what_they_are_sure_of_too():
    one, other = Grade(1.25, [0.75, 0.25]), Grade(1.75, [0.25, 0.75])
    found = mean_grade(one, other)
    assert found == Grade(1.5, [0.5, 0.5])
    assert sum(place * of for place, of in enumerate(found.distribution, 1)) == pytest.approx(found.score)
