"""A model that gives one answer to everything is found out."""

from __future__ import annotations

from typing import Any

import pytest

from jmt.cascade.symbols.examples import Gold, GoldTree
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged, Tree
from jmt.evaluation.constant import constant_answer


def grade(score: float) -> Grade:
    return Grade(score, [])


TREE = Tree([0, 1], ["dep", "dep"])


@pytest.mark.parametrize(
    ("golds", "predictions", "told"),
    [
        (
            [["O", "B-x"], ["O"]],
            [["O", "O"], ["O"]],
            "every prediction is `O`, the most frequent label of the data",
        ),
        ([["O", "B-x"], ["O"]], [Tagged(["B-x", "B-x"]), Tagged(["B-x"])], "`B-x`, the data has most often `O`"),
        (["no", "yes", "no"], [Choice("no", {})] * 3, "every prediction is `no`, the most frequent"),
        ([1.0, 2.0, 3.0], [grade(3.0), grade(3.0002), grade(3.0)], "every prediction is about 3.00: there is nothing"),
        ([GoldTree(Tree([0, 1], ["root", "obj"]))], [Parsed(TREE)], "every prediction is `dep`"),
        ([GoldTree(Tree([0, 1], ["root", "obj"]))], [TREE], "every prediction is `dep`"),
    ],
)
def test_one_answer_to_everything_is_told(golds: list[Gold], predictions: list[Any], told: str):
    assert told in str(constant_answer(golds, predictions))


@pytest.mark.parametrize(
    ("golds", "predictions"),
    [
        ([["O", "B-x"]], [["O", "B-x"]]),
        ([["O", "O"]], [["O", "O"]]),  # right: the data has nothing else
        ([3.0, 3.0], [grade(3.0), grade(3.0)]),
        ([1.0, 2.0], [grade(3.0), grade(3.1)]),
        (["no", "yes"], [Choice("no", {})][:0]),
        (["no"], [Choice("yes", {})]),
    ],
)
def test_several_answers_and_few_examples_are_not(golds: list[Gold], predictions: list[Any]):
    assert constant_answer(golds, predictions) is None
