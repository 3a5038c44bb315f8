"""x_t, what every level sees of a word: its word vector beside its character vector (section 2.1), in its corpus."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.batches.batching import SentenceBatch
from jmt.network.layers.corpus_vectors import CorpusVectors, NoCorpusVectors
from jmt.network.layers.initialization import fill_uniform
from jmt.network.layers.ngram_embedding import NgramEmbedding, NoNgrams
from jmt.network.layers.word_dropout import WordDropout


class WordRepresentation(nn.Module):
    """x_t = [word vector of w_t ; character n-gram vector of w_t] + vector of the corpus, the same for all levels."""

    def __init__(
        self, lexicon: Lexicon, *, word_size: int, ngram_size: int, word_dropout: float, corpora: int = 0
    ) -> None:
        super().__init__()
        self.word_dropout = WordDropout(lexicon.words.counts, word_dropout)
        self.words = nn.Embedding(len(lexicon.words), word_size, sparse=True)
        fill_uniform(self.words.weight, 1, word_size)
        self.ngrams = NgramEmbedding(len(lexicon.ngrams), ngram_size) if lexicon.ngram_sizes else NoNgrams()
        self.size = word_size + self.ngrams.size
        self.corpora = CorpusVectors(corpora, self.size) if corpora else NoCorpusVectors()

    def forward(self, sentences: SentenceBatch) -> Tensor:
        """Return x, (B, T, word_size + ngram_size)."""
        # Dropout draws once per token, so the words are gathered by token while n-grams are summed once per form.
        words = self.words(self.word_dropout(sentences.word_ids[sentences.form_ids]))  # (B, T, word_size)
        # F.embedding, not indexing: its backward adds in a fixed order, which exact resumption needs.
        characters = F.embedding(sentences.form_ids, self.ngrams(sentences))  # (B, T, ngram_size)
        vectors: Tensor = self.corpora(torch.cat([words, characters], dim=-1), sentences)
        return vectors
