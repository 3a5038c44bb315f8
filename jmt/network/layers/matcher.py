"""The paper's scores of arcs and relations (section 2.4 of Hashimoto et al. 2017)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import hidden_linear, softmax_linear


class ArcViews(NamedTuple):
    """What scoring arcs leaves for scoring the relations of chosen arcs."""

    scores: Tensor
    """(B, T, T + 1) of word t under candidate j, the root first."""
    dependents: Tensor
    """(B, T, K) each word as a dependent."""
    governors: Tensor
    """(B, T + 1, K) each candidate as a governor."""


class Matcher(nn.Module):
    """m(t, j) = h_t . (W_d h_j) (eq. 3); relation logits from ReLU([h_t ; h_j])."""

    def __init__(self, size: int, deprels: int, *, classifier_size: int, dropout: float) -> None:
        super().__init__()
        self.governor_size = size
        self.dropout = Dropout(dropout)
        self.weight = softmax_linear(size, size).weight  # W_d, zero at first, no bias
        self.classifier = nn.Sequential(
            hidden_linear(2 * size, classifier_size),
            nn.ReLU(),
            Dropout(dropout),
            softmax_linear(classifier_size, deprels),
        )

    def forward(self, hidden: Tensor, root: Tensor) -> ArcViews:
        """Return the views from hidden (B, T, H) and the root vector (H,)."""
        hidden = self.dropout(hidden)
        candidates = torch.cat([root.expand(len(hidden), 1, -1), hidden], dim=1)  # (B, T + 1, H)
        return ArcViews(hidden @ (candidates @ self.weight.T).transpose(1, 2), hidden, candidates)

    def deprels(self, dependents: Tensor, governors: Tensor) -> Tensor:
        """Return relation logits (B, T, R) for one governor per word, both (B, T, H)."""
        logits: Tensor = self.classifier(torch.cat([dependents, governors], dim=-1))
        return logits
