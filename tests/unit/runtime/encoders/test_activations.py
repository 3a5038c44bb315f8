"""Activations in place, with their scales in the weights, are those that the names mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from jmt.files.guards.encoder import check_encoder
from jmt.runtime.encoders.activations import ACTIVATIONS

pytestmark = pytest.mark.numbers

POINTS = np.concatenate([np.linspace(-12, 12, 480_001), np.linspace(-200, 200, 4_001), [0.0]])


def applied(name: str, x: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """f(x + b) in rows of the width of b, by way of the scales."""
    activation = ACTIVATIONS[name]
    rows = np.zeros(-(-len(x) // len(bias)) * len(bias))
    rows[: len(x)] = x
    values = (rows.reshape(-1, len(bias)) * activation.before).astype(np.float32)
    activation.apply(values, (bias * activation.before).astype(np.float32))
    return (values.astype(np.float64) * activation.after).reshape(-1)[: len(x)]


def test_the_exact_gelu_is_exact_to_one_in_a_million():
    expected = np.array([x / 2 * math.erfc(-x / math.sqrt(2)) for x in POINTS])

    error = np.abs(applied("gelu", POINTS, np.zeros(7)) - expected)

    assert (error / np.maximum(1, np.abs(POINTS))).max() < 3e-7
    assert error[np.abs(POINTS) < 4].max() < 6e-7


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_the_one_that_the_library_has_under_its_name(name):
    from transformers.activations import ACT2FN

    bias = np.linspace(-1, 1, 5)
    shifted = POINTS + np.resize(bias, len(POINTS))

    expected = ACT2FN[name](torch.from_numpy(shifted)).numpy()

    np.testing.assert_allclose(applied(name, POINTS, bias), expected, atol=2e-6, rtol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.filterwarnings("ignore:overflow")
def test_no_number_is_too_large_for_an_activation(name):
    found = applied(name, np.array([-1e30, 1e30]), np.zeros(1))

    np.testing.assert_allclose(found, [0, 1e30], rtol=1e-5)


def test_what_a_checkpoint_may_name_is_what_there_is():
    config = {"vocab_size": 10}
    names = [*ACTIVATIONS, "tanh", "mish", "gelu_10", "linear"]

    assert [name for name in names if allowed({**config, "hidden_act": name})] == list(ACTIVATIONS)


def allowed(config: dict[str, object]) -> bool:
    try:
        check_encoder(config)
    except ValueError:
        return False
    return True
