"""The layers of a pretrained encoder, and the contract of a family: what its blocks take besides the stream."""

from __future__ import annotations

from typing import Any, ClassVar

from torch import Tensor, nn

from jmt.network.batches.pieces import PieceTensors


class Stack(nn.Module):
    """The embeddings and the blocks of a pretrained encoder, one after the other: as BERT and its relatives have them.

    A family that differs overrides what differs: nobody else knows which.
    """

    places: ClassVar[tuple[str, str]] = ("embeddings", "encoder.layer")
    """Where the library's model has its embeddings and its list of blocks."""
    typed: ClassVar[bool] = True
    """Whether the embeddings take types of pieces."""
    attention: ClassVar[str] = "sdpa"
    """The library's name of how attention is computed."""

    def __init__(self, model: nn.Module) -> None:
        """Take the layers out of a model of `transformers`."""
        super().__init__()
        embeddings, blocks = (model.get_submodule(place) for place in self.places)
        assert isinstance(blocks, nn.ModuleList)
        self.embeddings = embeddings
        self.projection = getattr(model, "embeddings_project", None) or nn.Identity()
        self.blocks = blocks

    def embed(self, layout: PieceTensors) -> Tensor:
        """Return the bottom of the stream, (W, P, H)."""
        types = {"token_type_ids": layout.type_ids} if self.typed else {}
        embedded: Tensor = self.projection(self.embeddings(input_ids=layout.piece_ids, **types))
        return embedded

    def surround(self, stream: Tensor, mask: Tensor) -> list[dict[str, Any]]:
        """Return what each block takes besides its input, by the library's names; stream (W, P, H), mask (W, P) bool.

        Every piece sees all pieces of its window.
        """
        return [{"attention_mask": mask[:, None, None, :]}] * len(self.blocks)

    def run(self, block: int, stream: Tensor, around: dict[str, Any]) -> Tensor:
        """Return what one block makes of the stream (W, P, H) in its surroundings."""
        result = self.blocks[block](stream, **around)
        output: Tensor = result[0] if isinstance(result, tuple) else result
        return output

    def read(self, stream: Tensor) -> Tensor:
        """Return the stream (W, P, H) as levels read it."""
        return stream


class DistilBertStack(Stack):
    """DistilBERT's: BERT's without types."""

    places = ("embeddings", "transformer.layer")
    typed = False
