"""The layers under every head that chooses labels for words (section 2.2 of Hashimoto et al. 2017)."""

from __future__ import annotations

from torch import nn

from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import hidden_linear, softmax_linear


def word_classifier(inputs: int, size: int, labels: int, dropout: float) -> nn.Sequential:
    """Build W ReLU(V h_t + b) + c: logits (B, T, labels) from hidden states (B, T, inputs)."""
    return nn.Sequential(
        Dropout(dropout),
        hidden_linear(inputs, size),
        nn.ReLU(),
        Dropout(dropout),
        softmax_linear(size, labels),
    )
