"""What both pair heads share: the keys of their hidden layers, and these layers, Maxout with dropout."""

from __future__ import annotations

from torch import nn

from jmt.cascade.task_config import PairHeadConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.layers.cross_attention import CrossAttention, Pooling
from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import softmax_linear
from jmt.network.layers.maxout import Maxout


def build_interaction(config: PairHeadConfig, sizes: HeadSizes) -> Pooling | CrossAttention:
    """Build what `interaction` names."""
    if config.interaction == "pooled":
        return Pooling(sizes.hidden)
    return CrossAttention(sizes.hidden, config.compare_size, config.dropout)


def build_pair_layers(config: PairHeadConfig, sizes: HeadSizes, *, features: int, outputs: int) -> nn.Sequential:
    """Build the Maxout layers and the layer before the softmax, with dropout before each of them.

    They read the features of two sentences, and the label embeddings of the pair tasks below.
    """
    width = features + sizes.read_embeddings * sizes.label_embedding
    stack: list[nn.Module] = []
    for _ in range(config.hidden_layers):
        stack += [Dropout(config.dropout), Maxout(width, config.maxout_size, config.maxout_pool)]
        width = config.maxout_size
    return nn.Sequential(*stack, Dropout(config.dropout), softmax_linear(width, outputs))
