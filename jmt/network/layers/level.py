"""One level of the cascade: what enters it, and its bi-LSTM."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from jmt.network.batches.batching import SentenceBatch
from jmt.network.layers.bilstm import BiLSTM
from jmt.network.layers.dropout import Dropout


class Level(nn.Module):
    """g_t = [h_t of the level below ; x_t ; sum of label embeddings], then a bi-LSTM over g.

    Label embeddings are summed, not concatenated (section 2.4); each part may be absent, by configuration.
    """

    def __init__(
        self,
        *,
        below: int,
        words: int,
        labels: int,
        hidden_size: int,
        vertical_dropout: float,
        input_dropout: float,
    ) -> None:
        super().__init__()
        self.takes_below, self.takes_words = below > 0, words > 0
        self.vertical_dropout = Dropout(vertical_dropout)
        self.input_dropout = Dropout(input_dropout)
        self.bilstm = BiLSTM(below + words + labels, hidden_size)

    def forward(
        self, below: Tensor, words: Tensor, label_embeddings: Sequence[Tensor], sentences: SentenceBatch
    ) -> Tensor:
        """Return this level's hidden states (B, T, 2H)."""
        parts = [self.vertical_dropout(below)] if self.takes_below else []
        parts += [self.input_dropout(words)] if self.takes_words else []
        parts += [self.input_dropout(torch.stack(list(label_embeddings)).sum(dim=0))] if label_embeddings else []
        hidden: Tensor = self.bilstm(torch.cat(parts, dim=-1), sentences)
        return hidden
