"""The hidden layers that both pair heads share in shape: Maxout with dropout."""

from __future__ import annotations

from torch import nn

from jmt.layers.dropout import Dropout
from jmt.layers.initialization import softmax_linear
from jmt.layers.maxout import Maxout


def build_pair_layers(inputs: int, *, layers: int, size: int, pool: int, dropout: float, outputs: int) -> nn.Sequential:
    """Build `layers` Maxout layers and the layer before the softmax, with dropout before each of them."""
    stack: list[nn.Module] = []
    for _ in range(layers):
        stack += [Dropout(dropout), Maxout(inputs, size, pool)]
        inputs = size
    return nn.Sequential(*stack, Dropout(dropout), softmax_linear(inputs, outputs))
