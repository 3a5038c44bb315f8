"""The paired bootstrap finds what is there, and not what is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jmt.evaluation.bootstrap import paired_bootstrap
from jmt.evaluation.metrics.choices import Choices
from jmt.evaluation.metrics.grades import Grades


def choices(right: np.ndarray) -> Choices:
    metric = Choices()
    for is_right in right:
        metric.update("yes", "yes" if is_right else "no")
    return metric


def test_a_model_does_not_differ_from_itself() -> None:
    metric = choices(np.random.default_rng(0).random(200) < 0.7)
    found = paired_bootstrap(metric, metric)["accuracy"]
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_the_difference_is_the_second_minus_the_first() -> None:
    worse, better = choices(np.arange(100) < 60), choices(np.arange(100) < 80)
    found = paired_bootstrap(worse, better)["accuracy"]
    assert found.difference == pytest.approx(0.2)
    assert 0 < found.low < 0.2 < found.high
    assert found.p < 0.01
    turned = paired_bootstrap(better, worse)["accuracy"]
    assert turned.difference == pytest.approx(-0.2)


def test_pairing_sees_a_small_constant_gain_that_separate_intervals_would_not() -> None:
    rng = np.random.default_rng(1)
    first = rng.random(400) < 0.6
    second = first | (rng.random(400) < 0.08)
    assert second.sum() > first.sum()
    assert paired_bootstrap(choices(first), choices(second))["accuracy"].p < 0.01


def test_the_interval_is_that_of_the_normal_approximation() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.random(1000) < 0.7, rng.random(1000) < 0.72
    found = paired_bootstrap(choices(first), choices(second), samples=4000)["accuracy"]
    error = (second.astype(float) - first).std() / np.sqrt(1000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.08)


def test_p_is_two_sided_as_that_of_a_normal_test() -> None:
    rng = np.random.default_rng(6)
    first, second = rng.random(1000) < 0.7, rng.random(1000) < 0.73
    gains = second.astype(float) - first
    z = gains.mean() / (gains.std() / np.sqrt(1000))
    assert 0.5 < abs(z) < 2.5
    found = paired_bootstrap(choices(first), choices(second), samples=4000)["accuracy"]
    assert found.p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=0.2)


def test_models_of_equal_skill_are_told_apart_as_rarely_as_promised() -> None:
    rng = np.random.default_rng(3)
    values = [
        paired_bootstrap(choices(rng.random(150) < 0.7), choices(rng.random(150) < 0.7), samples=200, seed=seed)
        for seed in range(200)
    ]
    false_alarms = sum(value["accuracy"].p < 0.05 for value in values)
    assert 2 <= false_alarms <= 22  # 10 expected


def test_the_same_seed_gives_the_same_answer() -> None:
    rng = np.random.default_rng(4)
    first, second = choices(rng.random(50) < 0.5), choices(rng.random(50) < 0.6)
    assert paired_bootstrap(first, second, seed=7) == paired_bootstrap(first, second, seed=7)
    assert paired_bootstrap(first, second, seed=7) != paired_bootstrap(first, second, seed=8)


def test_correlations_are_compared_too() -> None:
    rng = np.random.default_rng(5)
    gold = rng.uniform(1, 5, 300)
    near, far = Grades(), Grades()
    for score in gold:
        near.update(score, score + rng.normal(scale=0.3))
        far.update(score, score + rng.normal(scale=1.5))
    found = paired_bootstrap(far, near)
    assert found["pearson"].low > 0
    assert found["mse"].high < 0
    assert set(found) == {"pearson", "mse"}


def test_different_examples_are_refused() -> None:
    with pytest.raises(ValueError, match="3 and 2 examples"):
        paired_bootstrap(choices(np.ones(3)), choices(np.ones(2)))


def test_no_examples_give_no_differences() -> None:
    assert paired_bootstrap(Choices(), Choices()) == {}
