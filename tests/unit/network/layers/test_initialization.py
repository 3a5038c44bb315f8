"""Initial values against appendix A of the paper, layer by layer."""

from __future__ import annotations

import math

import pytest
import torch

from jmt.network.layers.bilstm import BiLSTM, build_lstm
from jmt.network.layers.initialization import hidden_linear, softmax_linear
from jmt.network.layers.label_embedding import LabelEmbedding
from jmt.network.layers.maxout import Maxout


def assert_uniform(matrix: torch.Tensor, bound: float) -> None:
    """Every value within the bound, and spread over it as a uniform draw is."""
    assert matrix.abs().max() <= bound
    assert matrix.abs().max() > 0.97 * bound
    assert abs(matrix.mean().item()) < 0.05 * bound
    assert matrix.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.05)


@pytest.mark.parametrize("inputs", [200, 500])
def test_lstm_gates_are_drawn_one_by_one(inputs: int):
    torch.manual_seed(1)
    lstm = build_lstm(inputs, 100)
    bound = math.sqrt(6 / (100 + inputs + 100))  # a gate has 100 rows and inputs + 100 columns
    for gate in range(4):
        rows = slice(gate * 100, (gate + 1) * 100)
        assert_uniform(lstm.weight_ih_l0.data[rows], bound)
        assert_uniform(lstm.weight_hh_l0.data[rows], bound)


def test_the_forget_bias_is_one_in_sum_and_every_other_bias_zero():
    layer = BiLSTM(6, 4)
    for lstm in (layer.forwards, layer.backwards):
        biases = lstm.bias_ih_l0 + lstm.bias_hh_l0
        assert biases.tolist() == [0.0] * 4 + [1.0] * 4 + [0.0] * 8


def test_the_two_directions_have_weights_of_their_own():
    layer = BiLSTM(6, 4)

    assert not torch.equal(layer.forwards.weight_ih_l0, layer.backwards.weight_ih_l0)


def test_what_stands_before_a_softmax_is_zero():
    layer = softmax_linear(7, 3)

    assert not layer.weight.any()
    assert not layer.bias.any()


def test_hidden_layers_are_uniform_with_zero_biases():
    torch.manual_seed(1)
    relu, maxout = hidden_linear(200, 150), Maxout(400, 100, pool=4)

    assert_uniform(relu.weight.data, math.sqrt(6 / 350))
    assert_uniform(maxout.affine.weight.data, math.sqrt(6 / 800))
    assert not relu.bias.any()
    assert not maxout.affine.bias.any()


def test_label_embeddings_are_uniform():
    torch.manual_seed(1)

    assert_uniform(LabelEmbedding(45, 100).table.data, math.sqrt(6 / (100 + 45)))
