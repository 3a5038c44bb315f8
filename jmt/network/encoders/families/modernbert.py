"""ModernBERT: places turn queries and keys, most blocks look at a few pieces around, and blocks normalise first."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from jmt.network.encoders.families.base import Stack


class ModernBertStack(Stack):
    """ModernBERT's (Warner et al. 2024).

    Its stream is never normalised between blocks, and grows; so each layer is read through the norm that stands behind
    the last one, else a mix of layers would be one of the largest.
    """

    places = ("embeddings", "layers")
    typed = False
    rotary: Any  # cosines and sines of places, by the kind of block

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.norm, self.rotary = model.get_submodule("final_norm"), model.get_submodule("rotary_emb")

    def surround(self, stream: Tensor, mask: Tensor) -> list[dict[str, Any]]:
        """Return for every block its mask, (W, 1, 1, P) or (W, 1, P, P), and cosines and sines of places, (1, P, D)."""
        places = torch.arange(mask.size(1), device=mask.device)[None]
        whole = mask[:, None, None, :]
        near = (places[:, None, :] - places[:, :, None]).abs() <= self.rotary.config.sliding_window
        # Padding sees all pieces: it may be near to none, and nothing comes of scores that are all forbidden.
        masks = {"full_attention": whole, "sliding_attention": whole & (near[:, None] | ~mask[:, None, :, None])}
        return [
            {"attention_mask": masks[kind], "position_embeddings": self.rotary(stream, places, kind)}
            for kind in (str(block.attention_type) for block in self.blocks)
        ]

    def read(self, stream: Tensor) -> Tensor:
        """Return the stream (W, P, H) normalised."""
        normed: Tensor = self.norm(stream)
        return normed
