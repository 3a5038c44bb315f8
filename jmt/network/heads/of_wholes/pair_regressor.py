"""Graded relatedness of two sentences (section 2.5 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import PairRegressorConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.grades import GradeHead
from jmt.network.heads.of_wholes.pair_layers import build_interaction, build_pair_layers


class PairRegressor(GradeHead):
    """softmax over the whole numbers of the range, from Maxout([|h_s - h_s'| ; h_s * h_s']) (eq. 5)."""

    def __init__(self, config: PairRegressorConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__(labels)
        self.interaction = build_interaction(config, sizes)
        self.classifier = build_pair_layers(config, sizes, features=self.interaction.size, outputs=len(labels))
        self.order_loss = quadruplet_loss(config.quadruplets) if config.quadruplets else _no_order

    def score(self, hidden: Tensor, mask: Tensor, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return logits (P, bins) from hidden (2P, T, H), mask (2P, T) and (P, D) label embeddings of pair tasks."""
        first, second = self.interaction(hidden, mask)
        features = self.interaction.combine((first - second).abs(), first, second)  # d_1 of eq. 5
        logits: Tensor = self.classifier(torch.cat([*label_embeddings, *features], dim=-1))
        return logits

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed divergence (eq. 9), and what the order of the grades adds."""
        divergence = super().loss(scores, gold, mask)
        points = torch.arange(scores.size(-1), dtype=scores.dtype, device=scores.device)
        return divergence + self.order_loss(scores.softmax(dim=-1) @ points, gold.to(scores.dtype) @ points)


OrderLoss = Callable[[Tensor, Tensor], Tensor]
"""Predicted and gold grades (P,) to a sum over the pairs, a scalar."""

_MARGIN = 0.5
"""Share of a difference of grades that has to be predicted; all of it is what the divergence asks for."""


def _no_order(predicted: Tensor, gold: Tensor) -> Tensor:
    """Say nothing about the order of grades."""
    return predicted.new_zeros(())


def quadruplet_loss(weight: float) -> OrderLoss:
    """Return the loss over two pairs (a, b) and (c, d): if g > g', then s - s' >= margin (g - g'), as a hinge.

    It is the quadruplet loss of Chen et al. (CVPR 2017) with margins by grade, where theirs are two numbers; the mean
    over all quadruplets of a batch, for each of the P pairs.
    """

    def loss(predicted: Tensor, gold: Tensor) -> Tensor:
        wanted, found = gold.unsqueeze(1) - gold, predicted.unsqueeze(1) - predicted  # (P, P)
        ordered = (wanted > 0).to(found.dtype)
        hinge = (_MARGIN * wanted - found).clamp_min(0) * ordered
        return weight * len(gold) * hinge.sum() / ordered.sum().clamp_min(1)

    return loss
