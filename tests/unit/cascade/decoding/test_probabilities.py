"""Scores to probabilities, and scores that are none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jmt.cascade.decoding.decoders import Decoders
from jmt.cascade.decoding.probabilities import check_numbers, log_softmax, softmax
from jmt.errors import ScoreError
from tests.assets.tiny_model import tiny_model

NEVER = -np.inf


def test_a_softmax_is_the_share_of_exponentials_however_large_they_are():
    shares = [math.exp(score) for score in (0.0, 1.0, -2.0)]
    expected = [share / sum(shares) for share in shares]
    for shift in (0.0, 900.0, -900.0):
        scores = np.array([[0.0, 1.0, -2.0, NEVER]]) + shift
        assert softmax(scores)[0].tolist() == pytest.approx([*expected, 0.0])
        assert log_softmax(scores)[0, :3].tolist() == pytest.approx(list(map(math.log, expected)))
    assert softmax(np.zeros((2, 3), np.float32)).dtype == np.float32


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_refused_wherever_they_stand(bad: float):
    check_numbers(np.array([[0.0, NEVER]]))  # minus infinity says: never
    check_numbers(np.zeros((0, 3)))
    wrong = np.array([[0.0, bad]])
    for scores in (wrong, wrong[:, ::-1], wrong.T):
        with pytest.raises(ScoreError, match="no numbers"):
            check_numbers(scores)


class Arcs:
    """Scores of a sentence of one word, whose relations have the logits given."""

    def __init__(self, arc: float, deprel: float) -> None:
        self.arc_scores = np.array([[[arc, NEVER]]], dtype=np.float32)
        self._deprels = np.full((1, 5), deprel, dtype=np.float32)

    def deprel_logits(self, head_ids: np.ndarray) -> np.ndarray:
        return self._deprels


@pytest.mark.parametrize("wrong", [Arcs(np.nan, 0.0), Arcs(0.0, np.nan)])
def test_the_task_whose_scores_are_no_numbers_is_named(wrong: Arcs):
    decoders, lengths = Decoders(tiny_model().cascade), {"dep": np.array([1])}

    assert decoders.decode({"dep": Arcs(0.0, 0.0)}, lengths)["dep"][0].tree.head_ids == [0]
    with pytest.raises(ScoreError, match="`dep`"):
        decoders.decode({"dep": wrong}, lengths)
