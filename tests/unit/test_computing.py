"""Precision, and the names that torch's failures get."""

from __future__ import annotations

import pytest
import torch

from jmt.computing import check_finite, choose_precision, computing
from jmt.errors import DeviceError, InputError, ScoreError
from jmt.heads.parser import ParserScores
from jmt.heads.tagger_outputs import SequenceScores

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("raised", "named"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"), MemoryError),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory"), MemoryError),
        (torch.OutOfMemoryError("CUDA out of memory"), MemoryError),
        (RuntimeError("CUDA error: device-side assert triggered"), DeviceError),
        (RuntimeError("shapes do not fit"), RuntimeError),
        (ValueError("another"), ValueError),
    ],
)
def test_failures_of_torch_become_two_errors(raised: Exception, named: type[Exception]):
    with pytest.raises(named) as caught, computing(CPU, "float32"):
        raise raised
    assert type(caught.value) is named


def test_bfloat16_is_for_matrix_products_inside_only():
    weights = torch.eye(2)
    with computing(CPU, "bfloat16"):
        assert (weights @ weights).dtype == torch.bfloat16
    with computing(CPU, "float32"):
        assert (weights @ weights).dtype == torch.float32


def test_an_unknown_precision_is_refused_with_the_known_ones():
    assert choose_precision("bfloat16") == "bfloat16"
    with pytest.raises(InputError, match="float32 or bfloat16"):
        choose_precision("int8")


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_refused_wherever_they_stand(bad: float):
    good = torch.tensor([[0.0, float("-inf")]])  # minus infinity says: never
    wrong = torch.tensor([[0.0, bad]])
    check_finite("dep", ParserScores(good, good, good))
    for scores in (wrong, wrong.flip(1), wrong.T, SequenceScores(wrong, wrong < 0), ParserScores(good, good, wrong)):
        with pytest.raises(ScoreError, match="`dep`"):
            check_finite("dep", scores)


def test_no_scores_at_all_are_no_wrong_ones():
    check_finite("dep", torch.zeros(0, 3))
