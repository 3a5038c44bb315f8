"""IMTL-L: losses are scaled so that all of them are alike (Liu et al., ICLR 2021)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from jmt.network.by_name import ParametersByName
from jmt.training.weighting.base import LossWeighting


class ImtlLossWeighting(LossWeighting):
    """exp(s) L - s per task with s learned: at a fixed loss exp(s) L = 1 (section 3.2)."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.log_scales = ParametersByName({task: nn.Parameter(torch.zeros(())) for task in tasks})

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return the sum of the scaled losses, less their log scales."""
        scales = self.log_scales
        return torch.stack([torch.exp(scales[task]) * loss - scales[task] for task, loss in losses.items()]).sum()

    def task_weights(self) -> dict[str, float]:
        """Return exp(s) of every task."""
        return {task: float(torch.exp(self.log_scales[task].detach())) for task in self.log_scales}
