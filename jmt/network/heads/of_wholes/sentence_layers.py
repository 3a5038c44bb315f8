"""What both heads of single sentences share: a vector for the words of each, what reads it, and what goes upwards."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.cascade.task_config import MaxoutHeadConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.maxout_layers import build_maxout_layers
from jmt.network.layers.pooling import max_pool, mean_pool


class SentenceLayers(nn.Module):
    """Maxout layers over [max h ; mean h] of the words of a sentence."""

    def __init__(self, config: MaxoutHeadConfig, sizes: HeadSizes, outputs: int) -> None:
        super().__init__()
        self.layers = build_maxout_layers(config, inputs=2 * sizes.hidden, outputs=outputs)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, L) from hidden (B, T, H) and mask (B, T)."""
        logits: Tensor = self.layers(torch.cat([max_pool(hidden, mask), mean_pool(hidden, mask)], dim=-1))
        return logits


def of_all_words(probabilities: Tensor) -> Tensor:
    """Return (B, 1, L) of (B, L): the one answer of a sentence in the place of those of its words."""
    return probabilities.unsqueeze(1)
