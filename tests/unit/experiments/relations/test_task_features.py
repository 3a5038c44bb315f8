"""What a task's data look like: entropies and divergences against closed forms, and what counts as an unknown word."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from jmt.cascade.symbols.examples import GoldTree, TaskExamples
from jmt.cascade.symbols.values import Tree
from jmt.experiments.relations.task_features import divergences, entropy, features_of, jensen_shannon, unknown_share


def test_the_entropy_of_equal_shares_is_the_log_of_their_number_and_that_of_one_label_is_nothing():
    for count in (1, 2, 8, 36):
        assert entropy({str(label): 5 for label in range(count)}) == pytest.approx(math.log2(count), abs=1e-12)
    assert entropy({"a": 3, "b": 1}) == pytest.approx(2 - 0.75 * math.log2(3))
    assert entropy({}) == 0


def test_the_divergence_is_zero_of_the_same_shares_and_one_bit_of_nothing_in_common():
    assert jensen_shannon({"a": 1, "b": 3}, {"a": 10, "b": 30}) == 0
    assert jensen_shannon({"a": 2}, {"b": 7, "c": 1}) == pytest.approx(1)
    assert jensen_shannon({"a": 4}, {"a": 1, "b": 1}) == pytest.approx(entropy({"a": 3, "b": 1}) - 0.5)
    first, second = Counter("abracadabra"), Counter("candelabra")
    assert jensen_shannon(first, second) == pytest.approx(jensen_shannon(second, first))
    whole = Counter({letter: 10 * first[letter] + 11 * second[letter] for letter in first | second})
    assert jensen_shannon(first, second) == pytest.approx(entropy(whole) - (entropy(first) + entropy(second)) / 2)


def test_words_are_unknown_as_often_as_they_occur_and_case_does_not_count():
    assert unknown_share({"a": 1}, {"a": 6, "b": 1, "c": 1}) == 0.25
    train = TaskExamples("xpos", "tagger", [["The", "cat"], ["a", "cat"]], [["D", "N"], ["D", "N"]])
    dev = TaskExamples("xpos", "tagger", [["the", "CAT", "sleeps"]], [["D", "N", "V"]])

    found = features_of(train, dev)
    assert (found.examples, found.words, found.labels, found.label_kinds) == (2, 4, 4, 2)
    assert (found.label_entropy, found.unknown) == (1.0, pytest.approx(1 / 3))


def test_trees_have_relations_for_labels_and_scores_the_nearest_whole_number():
    tree = GoldTree(Tree([2, 0], ["det", "root"]))
    parsed = TaskExamples("dep", "parser", [["the", "cat"]], [tree])
    graded = TaskExamples("sim", "pair_regressor", [(["a"], ["b"])] * 4, [1.2, 0.8, 4.4, 3.6])

    assert features_of(parsed, parsed).label_kinds == 2
    found = features_of(graded, graded)
    assert (found.label_kinds, found.label_entropy, found.words) == (2, 1.0, 8)


def test_every_two_tasks_have_a_divergence_the_same_both_ways_round():
    sentences = {"xpos": [["a", "b"]], "chunk": [["A", "B"]], "dep": [["c", "d"]]}
    found = divergences(TaskExamples(task, "tagger", rows, [["X", "X"]]) for task, rows in sentences.items())

    assert found["xpos"] == {"chunk": 0.0, "dep": pytest.approx(1)}
    assert found["dep"]["chunk"] == found["chunk"]["dep"]
