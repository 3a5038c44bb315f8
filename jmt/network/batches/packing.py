"""The words of a batch without its padding, position by position: the order in which an LSTM reads whole sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Packing:
    """Where N real words of a batch (B, T) stand: all first words, longest sentence first, then all second ones ...

    What is (N, D) in this order is what `torch.nn.utils.rnn.PackedSequence` calls its data.
    """

    places: Tensor
    """(N,) place of each word in the flattened batch, (B * T)."""
    origins: Tensor
    """(B * T,) index of each place's word among the N; of the first one for padding."""
    sizes: Tensor
    """How many sentences have a word at each position, as far as the longest goes."""
    sentences: int
    """B."""

    def pack(self, values: Tensor) -> Tensor:
        """Return the real words' (N, D) of (B, T, D)."""
        return values.flatten(0, 1).index_select(0, self.places)

    def pad(self, values: Tensor) -> Tensor:
        """Return (B, T, D) of (N, D); values at padding mean nothing."""
        return values.index_select(0, self.origins).view(self.sentences, -1, values.size(1))


def build_packing(mask: npt.NDArray[np.bool_]) -> Packing:
    """Find out where the real words stand from mask (B, T), True = word, padding last."""
    rows, width = mask.shape
    longest_first = np.argsort(-mask.sum(1), kind="stable")
    by_position = mask[longest_first].T  # (T, B)
    places = (longest_first[None, :] * width + np.arange(width)[:, None])[by_position]
    origins = np.zeros(rows * width, dtype=np.int64)
    origins[places] = np.arange(len(places))
    sizes = by_position.sum(1)
    return Packing(torch.from_numpy(places), torch.from_numpy(origins), torch.from_numpy(sizes[sizes > 0]), rows)
