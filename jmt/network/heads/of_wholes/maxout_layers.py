"""The layers under every head that judges whole sentences, one or two: Maxout with dropout, then a softmax."""

from __future__ import annotations

from torch import nn

from jmt.cascade.task_config import MaxoutHeadConfig
from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import softmax_linear
from jmt.network.layers.maxout import Maxout


def build_maxout_layers(config: MaxoutHeadConfig, *, inputs: int, outputs: int) -> nn.Sequential:
    """Build the Maxout layers and the layer before the softmax, with dropout before each of them."""
    stack: list[nn.Module] = []
    for _ in range(config.hidden_layers):
        stack += [Dropout(config.dropout), Maxout(inputs, config.maxout_size, config.maxout_pool)]
        inputs = config.maxout_size
    return nn.Sequential(*stack, Dropout(config.dropout), softmax_linear(inputs, outputs))
