"""What both pair heads share: how two sentences meet, and what reads the result."""

from __future__ import annotations

from torch import nn

from jmt.cascade.task_config import PairHeadConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.maxout_layers import build_maxout_layers
from jmt.network.layers.cross_attention import CrossAttention, Pooling


def build_interaction(config: PairHeadConfig, sizes: HeadSizes) -> Pooling | CrossAttention:
    """Build what `interaction` names."""
    if config.interaction == "pooled":
        return Pooling(sizes.hidden)
    return CrossAttention(sizes.hidden, config.compare_size, config.dropout)


def build_pair_layers(config: PairHeadConfig, sizes: HeadSizes, *, features: int, outputs: int) -> nn.Sequential:
    """Build what reads the features of two sentences, and the label embeddings of the pair tasks below."""
    width = features + sizes.read_embeddings * sizes.label_embedding
    return build_maxout_layers(config, inputs=width, outputs=outputs)
