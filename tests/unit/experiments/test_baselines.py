"""Answers without a model: what they are, worked by hand, and that they reach what they should."""

from __future__ import annotations

import pytest

from jmt.cascade.symbols.examples import GoldFeatures, GoldLemmas, GoldLinks, GoldTree, TaskExamples
from jmt.cascade.symbols.values import Tree
from jmt.experiments.baselines import MAJORITY, ONE_FEATURE, baseline_scores

WORDS = [["the", "dog", "saw", "the", "cat"], ["The", "saw", "ran"]]
TAGS = [["DT", "NN", "VB", "DT", "NN"], ["DT", "NN", "VB"]]


def test_words_get_the_most_frequent_label_of_all_or_of_their_form():
    train = TaskExamples("tag", "tagger", WORDS, TAGS)
    dev = TaskExamples("tag", "tagger", [["A", "DOG", "saw"]], [["DT", "NN", "VB"]])
    scores = baseline_scores(train, dev, "tags")
    assert scores[MAJORITY]["accuracy"] == pytest.approx(1 / 3)  # DT, the first of the most frequent ones
    # A new form is DT; `saw` is as often a verb as a noun, and a verb at first.
    assert scores[ONE_FEATURE]["accuracy"] == pytest.approx(1)


def test_trees_are_of_the_most_frequent_distances_and_never_leave_the_sentence():
    trees = [
        GoldTree(Tree([2, 3, 0, 5, 3], ["det", "nsubj", "root", "det", "obj"])),
        GoldTree(Tree([2, 3, 0], ["det", "nsubj", "root"])),
    ]
    train = TaskExamples("dep", "parser", WORDS, trees)
    dev = TaskExamples("dep", "parser", [["the", "dog", "ran"]], [GoldTree(Tree([2, 3, 0], ["det", "nsubj", "root"]))])
    scores = baseline_scores(train, dev, "attachment")
    # All words are the determiner of the next one; the last one has no next word, and hangs on the root.
    assert scores[MAJORITY]["uas"] == pytest.approx(1)
    assert scores[MAJORITY]["las"] == pytest.approx(1 / 3)
    assert scores[ONE_FEATURE]["las"] == pytest.approx(1)


def test_grades_lie_on_the_line_through_the_overlaps_of_training():
    pairs = [(["a", "b"], ["a", "b"]), (["a", "b"], ["c", "d"]), (["a", "b"], ["A", "c", "b", "d"])]
    train = TaskExamples("grade", "pair_regressor", pairs, [5.0, 1.0, 3.0])
    dev = TaskExamples("grade", "pair_regressor", [(["x"], ["x"]), (["x"], ["y"])], [5.0, 1.0])
    scores = baseline_scores(train, dev, "grade")
    assert scores[ONE_FEATURE]["mse"] == pytest.approx(0.0)
    assert scores[ONE_FEATURE]["pearson"] == pytest.approx(1.0)
    assert scores[MAJORITY]["mse"] == pytest.approx(4.0)
    assert scores[MAJORITY]["pearson"] == 0


def test_classes_of_pairs_follow_the_overlap():
    alike, apart = (["a", "b"], ["a", "b"]), (["a", "b"], ["c", "d"])
    train = TaskExamples("nli", "pair_classifier", [alike] * 5 + [apart] * 6, ["entailment"] * 5 + ["neutral"] * 6)
    dev = TaskExamples("nli", "pair_classifier", [alike, apart, apart], ["entailment", "neutral", "entailment"])
    scores = baseline_scores(train, dev, "choice")
    assert scores[MAJORITY]["accuracy"] == pytest.approx(1 / 3)
    assert scores[ONE_FEATURE]["accuracy"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("kind", "metric", "gold"),
    [
        ("lemmatizer", "tags", [GoldLemmas(words, [word.lower() for word in words]) for words in WORDS]),
        ("morphology", "tags", [GoldFeatures(["_"] * len(words)) for words in WORDS]),
        ("linker", "links", [GoldLinks(["2", *["_"] * (len(words) - 1)]) for words in WORDS]),
        ("classifier", "choice", ["long", "short"]),
        ("regressor", "grade", [4.0, 1.0]),
    ],
)
def test_every_kind_of_task_has_both_baselines(kind: str, metric: str, gold: list):
    examples = TaskExamples("task", kind, WORDS, gold)
    scores = baseline_scores(examples, examples, metric)
    assert set(scores) == {MAJORITY, ONE_FEATURE}
    assert all(of["count"] for of in scores.values())
