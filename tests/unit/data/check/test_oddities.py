"""What `jmt check` remarks on: labels from which no model learns what is meant."""

from __future__ import annotations

import pytest

from jmt.cascade.symbols.examples import Gold, TaskExamples
from jmt.data.check.inspection import TaskData
from jmt.data.check.oddities import oddities

WORDS = [f"word{number}" for number in range(1_300)]


def tagged(labels: list[str], words: list[str] | None = None) -> TaskExamples:
    return TaskExamples("tags", "tagger", [[word] for word in words or WORDS], [[label] for label in labels])


def pairs(kind: str, gold: list[Gold]) -> TaskExamples:
    return TaskExamples("tags", kind, [(["a"], ["b"])] * len(gold), gold)


def remarks(train: TaskExamples, **others: TaskExamples) -> list[str]:
    return oddities(TaskData("tags", "mine", {"train": train, **others}))


@pytest.mark.parametrize(
    ("examples", "remark"),
    [
        (tagged(WORDS), "task.tags: 1,300 labels in train for 1,300 different words: this looks like a column"),
        (pairs("pair_classifier", list(WORDS)), "1,300 labels in train for 1,300 examples"),
        (tagged(["O"] * 1_300), "every label of train is `O`: there is nothing to learn"),
        (pairs("pair_classifier", ["neutral"] * 9), "every label of train is `neutral`"),
        (tagged(["A", "B\u202e"]), r"task.tags: tags: 'B\u202e' is no label: a model of such labels is refused"),
        (tagged(["A", "B" * 201]), "is no label: a model of such labels is refused when it is first saved"),
        (pairs("pair_regressor", [3.0] * 9), "every score of train is `3`"),
    ],
)
def test_labels_that_cannot_be_learned_are_remarked_on(examples: TaskExamples, remark: str):
    (found,) = remarks(examples)

    assert remark in found


@pytest.mark.parametrize(
    "examples",
    [
        tagged([f"X{number % 99}" for number in range(1_300)]),  # a large set of tags, but a closed one
        tagged([f"X{number % 120}" for number in range(1_300)]),
        pairs("pair_regressor", [number / 300 for number in range(1_300)]),
        pairs("pair_classifier", ["yes", "no"]),
    ],
)
def test_good_labels_are_not(examples: TaskExamples):
    assert remarks(examples) == []


def test_labels_of_dev_that_train_mostly_lacks_are_remarked_on_and_a_few_are_not():
    train = tagged(["A", "B"], ["a", "b"])

    (found,) = remarks(train, dev=tagged(["a", "b", "A"], ["a", "b", "c"]))
    assert found.startswith("task.tags: 67 % of the labels of dev are none that train has")
    assert remarks(train, dev=tagged(["A", "b"], ["a", "b"])) == []
