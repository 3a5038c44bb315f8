"""Initial values as the paper gives them (appendix A of Hashimoto et al. 2017)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def fill_uniform(matrix: Tensor, rows: int, columns: int) -> None:
    """Draw every entry from U(-b, b) with b = sqrt(6 / (rows + columns))."""
    bound = math.sqrt(6.0 / (rows + columns))
    with torch.no_grad():
        matrix.uniform_(-bound, bound)


def hidden_linear(inputs: int, outputs: int) -> nn.Linear:
    """Build an affine layer with uniform weights and zero biases."""
    layer = nn.Linear(inputs, outputs)
    fill_uniform(layer.weight, outputs, inputs)
    nn.init.zeros_(layer.bias)
    return layer


def softmax_linear(inputs: int, outputs: int) -> nn.Linear:
    """Build the affine layer before a softmax: weights and biases zero."""
    layer = nn.Linear(inputs, outputs)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer
