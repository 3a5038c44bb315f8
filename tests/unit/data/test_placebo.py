"""A placebo keeps how often labels occur, and nothing of where."""

from __future__ import annotations

from collections import Counter

import pytest

from jmt.cascade.symbols.examples import GoldTree, TaskExamples
from jmt.cascade.symbols.values import Tree
from jmt.data.placebo import shuffle_gold

WORDS = [["a"], ["b", "c"], ["d", "e"], ["f", "g"], ["h"], ["i", "j", "k"]]
LABELS = [["1"], ["2", "3"], ["4", "5"], ["6", "7"], ["8"], ["9", "10", "11"]]


def test_every_sentence_gets_the_labels_of_another_one_of_its_length():
    examples = TaskExamples("tag", "tagger", WORDS, LABELS)
    found = shuffle_gold(examples, 1)
    assert found.inputs is examples.inputs
    assert [len(gold) for gold in found.gold] == [len(words) for words in WORDS]
    assert Counter(map(tuple, found.gold)) == Counter(map(tuple, LABELS))
    kept = [place for place, (one, other) in enumerate(zip(found.gold, LABELS, strict=True)) if one == other]
    assert kept == [5]  # there is no other of three words


def test_trees_stay_trees():
    trees = [GoldTree(Tree([0, 1], ["root", "obj"])), GoldTree(Tree([2, 0], ["nsubj", "root"]))]
    found = shuffle_gold(TaskExamples("dep", "parser", WORDS[1:3], trees), 1)
    assert list(found.gold) == trees[::-1]


@pytest.mark.parametrize("kind", ["pair_classifier", "pair_regressor", "classifier"])
def test_what_is_said_of_wholes_is_dealt_out_whatever_their_length(kind: str):
    pairs = [(["a"] * count, ["b"]) for count in range(1, 40)]
    inputs = pairs if kind.startswith("pair") else [first for first, _ in pairs]
    gold = [str(place) for place in range(39)]
    found = shuffle_gold(TaskExamples("t", kind, inputs, gold), 1)
    assert sorted(found.gold, key=int) == gold
    assert all(one != other for one, other in zip(found.gold, gold, strict=True))


def test_the_seed_decides():
    examples = TaskExamples("t", "classifier", [["a"]] * 50, [str(place) for place in range(50)])
    assert shuffle_gold(examples, 1).gold == shuffle_gold(examples, 1).gold
    assert shuffle_gold(examples, 1).gold != shuffle_gold(examples, 2).gold
