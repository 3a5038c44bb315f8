"""A word's characters as a vector: the mean of its n-gram vectors (eq. 11 of Hashimoto et al. 2017)."""

from __future__ import annotations

from torch import Tensor, nn

from jmt.network.batches.batching import SentenceBatch
from jmt.network.layers.initialization import fill_uniform


class NgramEmbedding(nn.Module):
    """v_c(w) = 1/K sum of v(cn_i) over the K unique known n-grams of w (eq. 11)."""

    def __init__(self, count: int, size: int) -> None:
        super().__init__()
        self.size = size
        self.table = nn.EmbeddingBag(count, size, mode="mean", sparse=True)
        fill_uniform(self.table.weight, 1, size)

    def forward(self, sentences: SentenceBatch) -> Tensor:
        """Return (F, size): one vector for each distinct form of the batch."""
        vectors: Tensor = self.table(sentences.ngram_ids, sentences.ngram_offsets)
        return vectors


class NoNgrams(nn.Module):
    """The neutral choice (the paper's "only word"): a vector of no dimensions."""

    size = 0

    def forward(self, sentences: SentenceBatch) -> Tensor:
        """Return (F, 0)."""
        return sentences.word_ids.new_zeros((len(sentences.word_ids), 0)).float()
