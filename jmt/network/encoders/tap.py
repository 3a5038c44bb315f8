"""How one level reads a transformer, and how words and lower predictions enter it there."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from jmt.network.layers.dropout import Dropout


class LayerMix(nn.Module):
    """sum of s_j h_j with s = softmax(w) over the layers up to a tap, the topmost first (Peters et al. 2018)."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        weights = torch.zeros(layers)
        weights[-1] = 4.0
        self.weights = nn.Parameter(weights)

    def forward(self, layers: Sequence[Tensor]) -> Tensor:
        """Return (B, T, H) from the layers' word states, (B, T, H) each."""
        weights = self.weights.softmax(dim=0)
        return torch.stack([weight * layer for weight, layer in zip(weights, layers, strict=True)]).sum(dim=0)


class TopLayer(nn.Module):
    """The neutral choice: the tap alone."""

    def forward(self, layers: Sequence[Tensor]) -> Tensor:
        """Return the last of the layers."""
        return layers[-1]


class Injection(nn.Module):
    """Words and label embeddings to a vector that is added to a stream: zero at first, so that nothing is disturbed."""

    def __init__(self, inputs: int, size: int, dropout: float) -> None:
        super().__init__()
        self.dropout = Dropout(dropout)
        self.projection = nn.Linear(inputs, size, bias=False)
        nn.init.zeros_(self.projection.weight)

    def forward(self, parts: Sequence[Tensor]) -> Tensor:
        """Return (B, T, H) from (B, T, ...) parts."""
        projected: Tensor = self.projection(self.dropout(torch.cat(list(parts), dim=-1)))
        return projected


class Tap(nn.Module):
    """One level: what enters the stream below its layer, and what it reads there.

    h_t = mix of the layers up to the tap, its pieces averaged + W [x_t ; sum of label embeddings].
    """

    def __init__(
        self,
        *,
        layer: int,
        mix: bool,
        size: int,
        words: int,
        labels: int,
        moves: bool,
        tap_dropout: float,
        input_dropout: float,
    ) -> None:
        super().__init__()
        self.layer = layer
        self.takes_words, self.takes_labels = words > 0, labels > 0
        self.mix: LayerMix | TopLayer = LayerMix(layer + 1) if mix else TopLayer()
        self.tap_dropout = Dropout(tap_dropout)
        # Where a level reads the layer that the level below reads, there is nothing to enter below it.
        self.below = Injection(words + labels, size, input_dropout) if words + labels and moves else None
        self.beside = Injection(words + labels, size, input_dropout) if words + labels else None

    def inputs(self, words: Tensor, label_embeddings: Sequence[Tensor]) -> list[Tensor]:
        """Return what enters at this level: x and the sum of the label embeddings, as far as there are any."""
        parts = [words] if self.takes_words else []
        if self.takes_labels:
            parts.append(torch.stack(list(label_embeddings)).sum(dim=0))
        return parts
