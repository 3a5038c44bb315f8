"""Word dropout: in training a rare word is now and then read as unknown (Kiperwasser and Goldberg 2016)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.cascade.symbols.vocabulary import UNKNOWN


class WordDropout(nn.Module):
    """Replaces word w by the unknown word with probability alpha / (count(w) + alpha); identity outside training."""

    probability: Tensor

    def __init__(self, counts: list[int], alpha: float) -> None:
        super().__init__()
        table = torch.tensor([0.0, *counts])
        probability = alpha / (table + alpha) if alpha else torch.zeros_like(table)
        self.register_buffer("probability", probability, persistent=False)

    def forward(self, word_ids: Tensor) -> Tensor:
        """Return word indices of the same shape, some of them unknown."""
        if not self.training:
            return word_ids
        probability: Tensor = self.probability[word_ids]
        return word_ids.masked_fill(torch.rand_like(probability) < probability, UNKNOWN)
