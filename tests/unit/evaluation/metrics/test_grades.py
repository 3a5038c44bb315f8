"""Correlations against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from jmt.cascade.symbols.values import Grade
from jmt.evaluation.metrics.grades import Grades, mean_ranks, pearson, spearman


def metric_of(gold: np.ndarray, predicted: np.ndarray) -> Grades:
    metric = Grades()
    for score, guess in zip(gold.tolist(), predicted.tolist(), strict=True):
        metric.update(score, Grade(guess, []))
    return metric


@pytest.mark.parametrize("tied", [False, True])
def test_correlations_equal_scipys(tied: bool) -> None:
    rng = np.random.default_rng(1)
    for size in (2, 3, 10, 500):
        gold = rng.uniform(1, 5, size)
        predicted = gold + rng.normal(size=size)
        if tied and size > 2:
            gold, predicted = gold.round(), predicted.round()
        if np.ptp(gold) == 0 or np.ptp(predicted) == 0:
            continue
        result = metric_of(gold, predicted).result()
        assert result["pearson"] == pytest.approx(stats.pearsonr(gold, predicted).statistic)
        assert result["spearman"] == pytest.approx(stats.spearmanr(gold, predicted).statistic)
        assert result["mse"] == pytest.approx(((gold - predicted) ** 2).mean())
        assert result["count"] == size


def test_ranks_of_equal_values_are_their_mean_rank() -> None:
    values = np.array([3.0, 1.0, 3.0, 2.0, 3.0])
    assert mean_ranks(values).tolist() == stats.rankdata(values).tolist() == [4.0, 1.0, 4.0, 2.0, 4.0]


def test_the_sums_of_a_sample_give_the_scores_of_that_sample() -> None:
    rng = np.random.default_rng(2)
    gold = rng.uniform(1, 5, 60)
    metric = metric_of(gold, gold + rng.normal(size=60))
    times = rng.multinomial(60, np.full(60, 1 / 60), size=5)
    scores = metric.scores(times @ metric.statistics())
    for sample in range(5):
        chosen = np.repeat(np.arange(60), times[sample])
        values = np.array(metric._pairs)[chosen]
        assert scores["pearson"][sample] == pytest.approx(stats.pearsonr(values[:, 0], values[:, 1]).statistic)
        assert scores["mse"][sample] == pytest.approx(((values[:, 0] - values[:, 1]) ** 2).mean())


@pytest.mark.parametrize("constant", [0.0, 3.3, 1e6])
def test_a_prediction_that_never_varies_correlates_with_nothing(constant: float) -> None:
    gold = np.random.default_rng(3).uniform(1, 5, 50)
    flat = np.full(50, constant)
    assert pearson(gold, flat) == spearman(gold, flat) == 0.0
    metric = metric_of(gold, flat)
    assert metric.scores(metric.statistics().sum(0))["pearson"] == 0.0


def test_no_pairs_give_zeros() -> None:
    assert Grades().result() == {"mse": 0.0, "pearson": 0.0, "spearman": 0.0, "count": 0}


def test_grades_of_several_corpora_are_correlated_over_all_of_them():
    one, other, both = Grades(), Grades(), Grades()
    for metric, pairs in ((one, [(1.0, 1.5), (2.0, 3.0)]), (other, [(4.0, 2.0), (5.0, 4.5)])):
        for gold, predicted in pairs:
            metric.update(gold, predicted)
            both.update(gold, predicted)
    one.absorb(other)
    assert one.result() == both.result()
