"""The plain sum of losses (METHODS.md R22)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from jmt.training.weighting.base import LossWeighting


class SumWeighting(LossWeighting):
    """Every task counts as its loss says."""

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the sum of the losses."""
        return torch.stack(list(losses.values())).sum()
