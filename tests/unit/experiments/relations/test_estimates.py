"""Cheap estimates: which way round they are, and how they rank what was measured."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from scipy import stats

from jmt.experiments.relations.estimates import mean_affinities, mean_cosines, rank_correlation


def test_a_cosine_is_averaged_over_the_steps_that_have_it_and_serves_both_ways_round():
    assert mean_cosines([{"a/b": 0.5}, {"a/b": -0.1, "b/c": 1.0}]) == {
        ("a", "b"): pytest.approx(0.2),
        ("b", "a"): pytest.approx(0.2),
        ("b", "c"): 1.0,
        ("c", "b"): 1.0,
    }


def test_an_affinity_belongs_to_the_main_task_that_feels_a_step_and_to_the_helper_that_takes_it():
    steps = [{"helper": {"main": 0.2, "helper": 0.9}}, {"helper": {"main": 0.4}, "main": {"helper": -0.1}}]
    assert mean_affinities(steps) == {("main", "helper"): pytest.approx(0.3), ("helper", "main"): -0.1}


def test_the_rank_correlation_is_spearman_s_over_all_pairs_and_the_mean_of_those_within_main_tasks():
    numbers = random.Random(4)
    pairs = list(permutations("abcde", 2))
    gains = {pair: numbers.gauss(0, 1) for pair in pairs}
    estimate = {pair: gains[pair] + numbers.gauss(0, 1) for pair in pairs} | {("a", "z"): 5.0}
    found = rank_correlation(estimate, gains)

    def expected(chosen):
        return stats.spearmanr([estimate[pair] for pair in chosen], [gains[pair] for pair in chosen]).statistic

    assert (found.pairs, found.mains) == (20, 5)
    assert found.spearman == pytest.approx(expected(pairs))
    inner = [expected([pair for pair in pairs if pair[0] == main]) for main in "abcde"]
    assert found.within == pytest.approx(sum(inner) / 5)


def test_of_too_few_values_and_of_values_all_the_same_there_is_no_rank_correlation():
    gains = {("a", "b"): 1.0, ("b", "a"): 2.0}
    assert rank_correlation(gains, gains).spearman is None
    gains = {pair: float(number) for number, pair in enumerate(permutations("abc", 2))}
    found = rank_correlation(dict.fromkeys(gains, 0.5), gains)
    assert (found.spearman, found.within, found.pairs) == (None, None, 6)
