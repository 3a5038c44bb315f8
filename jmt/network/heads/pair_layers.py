"""What both pair heads share: the keys of their hidden layers, and these layers, Maxout with dropout."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from torch import nn

from jmt.network.heads.base import HeadConfig, HeadSizes
from jmt.network.layers.cross_attention import CrossAttention, Pooling
from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import softmax_linear
from jmt.network.layers.maxout import Maxout


class PairHeadConfig(HeadConfig):
    """Keys of a task about pairs."""

    interaction: Literal["pooled", "attention"] = "pooled"
    """Each sentence by itself, or compared with the other one word by word."""
    compare_size: int = Field(default=200, ge=1)
    """Of attention: size of a comparison."""
    hidden_layers: int = Field(default=1, ge=1)
    """Maxout layers before the softmax."""
    maxout_size: int = Field(default=100, ge=1)
    maxout_pool: int = Field(default=4, ge=2)


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
