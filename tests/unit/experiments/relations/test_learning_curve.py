"""Levels and slopes of a loss: exact on straight lines, and unknown where there are too few steps."""

from __future__ import annotations

import pytest

from jmt.experiments.relations.learning_curve import loss_levels, loss_slopes, mean_curve


def test_a_level_is_the_mean_over_the_tenth_that_ends_there():
    assert loss_levels([float(step) for step in range(100)]) == [4.5 + 10 * tenth for tenth in range(10)]
    assert loss_levels([5.0] * 37) == [5.0] * 10


def test_the_slope_of_a_straight_line_is_the_same_everywhere_and_noise_that_cancels_changes_nothing():
    line = [10 - 0.08 * step for step in range(100)]  # 0.8 a tenth; the first tenth has 9.64 on average
    assert loss_slopes(line) == [pytest.approx(-0.8 / 9.64)] * 5

    waves = [0.5, -0.5, -0.5, 0.5] * 25  # of no mean and no trend over every four steps
    assert loss_slopes([value + wave for value, wave in zip(line, waves, strict=True)])[1] == pytest.approx(
        -0.8 / 9.64, rel=0.02
    )


def test_a_loss_that_falls_early_is_flat_later():
    found = loss_slopes([max(1.0, 5 - 0.2 * step) for step in range(100)])
    assert found[0] < -0.2
    assert found[-1] == pytest.approx(0, abs=1e-12)


def test_a_short_run_has_gaps_and_no_run_has_nothing():
    assert loss_levels([3.0, 2.0, 1.0]).count(None) == 7
    assert None in loss_slopes([3.0, 2.0, 1.0])
    assert loss_slopes([]) == [None] * 5


def test_curves_of_several_seeds_are_averaged_where_they_are_known():
    assert mean_curve([[1.0, None, None], [3.0, 5.0, None]]) == [2.0, 5.0, None]
