"""The layout of word pieces as tensors: on a device, and of the first sentences of a batch."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jmt.cascade.symbols.pieces import PieceLayout


@dataclass(frozen=True, slots=True)
class PieceTensors:
    """A `PieceLayout` whose words are those of a padded batch, row b * T + t of B * T.

    W windows of P pieces over the B sentences (or P pairs) of the batch.
    """

    piece_ids: Tensor
    """(W, P)"""
    type_ids: Tensor
    """(W, P) 0, and 1 for the second sentence of a pair that is read together."""
    mask: Tensor
    """(W, P) bool, True = a piece."""
    piece_words: Tensor
    """(W, P) row b * T + t of the word that a piece belongs to; B * T where it belongs to none."""
    bags: Tensor
    """Places w * P + p of the pieces of all words, one word after the other."""
    bag_starts: Tensor
    """(B * T,) where the pieces of each word begin in `bags`; padding has none."""

    @classmethod
    def of(cls, layout: PieceLayout, mask: npt.NDArray[np.bool_]) -> PieceTensors:
        """Return the tensors of a layout, whose words stand in a batch where `mask` (B, T) is true."""
        places = np.flatnonzero(mask)
        counts = np.zeros(mask.size, dtype=np.int64)
        counts[places] = np.diff(layout.bag_starts, append=len(layout.bags))
        return cls(
            piece_ids=torch.from_numpy(layout.piece_ids),
            type_ids=torch.from_numpy(layout.type_ids),
            mask=torch.from_numpy(layout.mask),
            piece_words=torch.from_numpy(np.append(places, mask.size)[layout.piece_words]),
            bags=torch.from_numpy(layout.bags),
            bag_starts=torch.from_numpy(np.cumsum(counts) - counts),
        )

    def to(self, device: torch.device | str) -> PieceTensors:
        """Return the layout on another device."""
        return PieceTensors(*(getattr(self, field.name).to(device) for field in fields(self)))

    def keep_words(self, words: int) -> PieceTensors:
        """Return the layout of the first `words` of the B * T rows: whole sentences, whose windows come first."""
        bags = self.bags[: int(self.bag_starts[words])] if words < len(self.bag_starts) else self.bags
        windows = int(bags.max()) // self.mask.size(1) + 1 if len(bags) else 1
        return PieceTensors(
            piece_ids=self.piece_ids[:windows],
            type_ids=self.type_ids[:windows],
            mask=self.mask[:windows],
            piece_words=self.piece_words[:windows].clamp(max=words),  # what belonged to no word still does not
            bags=bags,
            bag_starts=self.bag_starts[:words],
        )
