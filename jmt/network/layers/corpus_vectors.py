"""Which corpus a sentence is from, as a vector: treebank embeddings (Stymne et al., ACL 2018)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.network.batches.batching import SentenceBatch


class CorpusVectors(nn.Module):
    """x_t + c for every word of a sentence whose corpus has a vector c; other sentences stay as they are.

    Stymne et al. put c beside x_t; added to it, it moves the same first layers without making them wider.
    """

    def __init__(self, count: int, size: int) -> None:
        super().__init__()
        # From zero: at first all corpora are one, and nothing random is drawn that other weights would miss.
        self.vectors = nn.Parameter(torch.zeros(count, size))

    def forward(self, words: Tensor, sentences: SentenceBatch) -> Tensor:
        """Return (B, T, D) from x (B, T, D) and the corpora of the sentences."""
        table = torch.cat([self.vectors.new_zeros(1, self.vectors.size(1)), self.vectors])
        return words + F.embedding(sentences.corpus_ids, table).unsqueeze(1)


class NoCorpusVectors(nn.Module):
    """The neutral choice: all corpora are one."""

    def forward(self, words: Tensor, sentences: SentenceBatch) -> Tensor:
        """Return x as it is."""
        return words
