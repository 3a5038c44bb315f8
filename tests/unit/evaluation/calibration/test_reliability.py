"""How far confidences are from what was right, by hand and bin by bin."""

from __future__ import annotations

import numpy as np
import pytest

from jmt.evaluation.calibration.judged import Judged
from jmt.evaluation.calibration.reliability import Reliability, expected_calibration_error, reliability


def judged(*told: tuple[float, bool]) -> Judged:
    return Judged(np.array([confidence for confidence, _ in told]), np.array([right for _, right in told], np.bool_))


def test_the_error_is_the_gap_of_every_bin_by_its_share() -> None:
    found = reliability(judged((0.95, True), (0.97, False), (0.5, True), (0.1, False)))
    # Of two at .96 one is right: .46 off, half of all; the others are .5 and .1 off, a quarter of all each.
    assert found == Reliability(0.5, pytest.approx(0.63), pytest.approx(0.46 / 2 + 0.5 / 4 + 0.1 / 4), 4)


def test_gaps_of_one_bin_cancel_and_those_of_different_bins_do_not() -> None:
    assert expected_calibration_error(judged((0.75, True), (0.75, True), (0.75, True), (0.75, False))) == 0
    assert expected_calibration_error(judged((0.99, False), (0.01, True))) == pytest.approx(0.99)


def test_a_confidence_on_an_edge_is_in_the_bin_below_it_and_certainty_in_the_last() -> None:
    assert expected_calibration_error(judged((1 / 15, True), (0.01, False))) == pytest.approx((14 / 15 - 0.01) / 2)
    assert expected_calibration_error(judged((1.0, True), (0.95, False))) == pytest.approx(0.95 / 2)
    assert expected_calibration_error(judged((0.0, False))) == 0


def test_many_confidences_have_the_error_that_a_loop_over_bins_gives() -> None:
    generator = np.random.default_rng(1)
    sure, right = generator.random(500), generator.random(500) < 0.6
    expected = 0.0
    for place in range(15):
        inside = (sure > place / 15) & (sure <= (place + 1) / 15)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    assert expected_calibration_error(Judged(sure, right)) == pytest.approx(expected)


def test_no_prediction_is_no_error() -> None:
    assert reliability(judged()) == Reliability(0.0, 0.0, 0.0, 0)
