"""DeBERTa-v2 and -v3: pieces attend to distances, and distances to pieces; the first block may have a convolution."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from jmt.network.batches.pieces import PieceTensors
from jmt.network.encoders.families.base import Stack


class DebertaStack(Stack):
    """DeBERTa's (He et al. 2021): all blocks share vectors of distances, and there need be no places."""

    attention = "eager"  # the only one that the library has for it
    shared: Any  # the library's encoder without its blocks; torch types what it holds as plain modules

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.shared = model.get_submodule("encoder")
        del self.shared.layer

    def embed(self, layout: PieceTensors) -> Tensor:
        """Return the bottom of the stream, (W, P, H), nothing where there is no piece: a convolution looks there."""
        embedded: Tensor = self.embeddings(input_ids=layout.piece_ids, token_type_ids=layout.type_ids, mask=layout.mask)
        return embedded

    def surround(self, stream: Tensor, mask: Tensor) -> list[dict[str, Any]]:
        """Return the mask, the distances of pieces, (1, P, P), and the vectors of distances, (2 span, H)."""
        around = {
            "attention_mask": mask[:, None, None, :],
            "relative_pos": self.shared.get_rel_pos(stream),
            "rel_embeddings": self.shared.get_rel_embedding(),
        }
        return [around] * len(self.blocks)

    def run(self, block: int, stream: Tensor, around: dict[str, Any]) -> Tensor:
        """Return what one block makes of the stream (W, P, H); the lowest may have a convolution beside it."""
        output = super().run(block, stream, around)
        if block or self.shared.conv is None:
            return output
        joined: Tensor = self.shared.conv(stream, output, around["attention_mask"][:, 0, 0].long())
        return joined
