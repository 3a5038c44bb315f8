"""Deep biaffine scores of arcs and relations (Dozat and Manning, ICLR 2017)."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.network.layers.dropout import Dropout
from jmt.network.layers.initialization import hidden_linear
from jmt.network.layers.matcher import ArcViews

_SLOPE = 0.1
"""Of the leaky ReLU below zero, as in the authors' code."""

AT_A_TIME = 64
"""Words whose relations are scored together where no gradient is wanted: their products fit a processor's cache."""


class Biaffine(nn.Module):
    """s(t, j) = d_t U g_j + g_j u, with d and g from two small networks; the relation of an arc likewise, per label."""

    def __init__(self, size: int, deprels: int, *, arc_size: int, deprel_size: int, dropout: float) -> None:
        super().__init__()
        self.governor_size = deprel_size
        self.dropout = Dropout(dropout)
        self.arc_dependent, self.arc_governor = (self._view(size, arc_size, dropout) for _ in range(2))
        self.deprel_dependent, self.deprel_governor = (self._view(size, deprel_size, dropout) for _ in range(2))
        self.arc_weight = nn.Parameter(torch.randn(arc_size, arc_size) * 0.3 / math.sqrt(arc_size))  # U
        self.arc_prior = nn.Parameter(torch.zeros(arc_size))  # u: how likely a word is to govern anything
        # One bilinear form per relation over [d ; 1] and [g ; 1]: the ones bring the linear terms and the bias.
        self.deprel_weight = nn.Parameter(torch.randn(deprels, deprel_size + 1, deprel_size + 1) * 0.02)

    @staticmethod
    def _view(inputs: int, outputs: int, dropout: float) -> nn.Sequential:
        return nn.Sequential(hidden_linear(inputs, outputs), nn.LeakyReLU(_SLOPE), Dropout(dropout))

    def forward(self, hidden: Tensor, root: Tensor) -> ArcViews:
        """Return the views from hidden (B, T, H) and the root vector (H,)."""
        hidden = self.dropout(hidden)
        candidates = torch.cat([root.expand(len(hidden), 1, -1), hidden], dim=1)  # (B, T + 1, H)
        dependents, governors = self.arc_dependent(hidden), self.arc_governor(candidates)
        scores = dependents @ (governors @ self.arc_weight.T).transpose(1, 2)
        scores = scores + (governors @ self.arc_prior).unsqueeze(1)
        return ArcViews(scores, self.deprel_dependent(hidden), self.deprel_governor(candidates))

    def deprels(self, dependents: Tensor, governors: Tensor) -> Tensor:
        """Return relation logits (B, T, R) for one governor per word, both (B, T, K)."""
        dependents, governors = F.pad(dependents, (0, 1), value=1.0), F.pad(governors, (0, 1), value=1.0)
        if not torch.is_grad_enabled():
            return self._deprels_of_few(dependents, governors)
        # (B, T, R, K + 1): as large as the sentences are long, never as their square.
        mapped = dependents @ self.deprel_weight.transpose(0, 1).flatten(1)
        mapped = mapped.view(*mapped.shape[:2], *self.deprel_weight.shape[::2])
        logits: Tensor = (mapped @ governors.unsqueeze(-1)).squeeze(-1)
        return logits

    def _deprels_of_few(self, dependents: Tensor, governors: Tensor) -> Tensor:
        """Return the same, a few words at a time and without a copy of the weights turned round."""
        several = (torch.split(values.flatten(0, 1), AT_A_TIME) for values in (dependents, governors))
        logits = [(few @ self.deprel_weight).mul_(their).sum(dim=-1) for few, their in zip(*several, strict=True)]
        return torch.cat(logits, dim=1).T.view(*dependents.shape[:2], len(self.deprel_weight))
