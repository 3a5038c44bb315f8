"""One optimizer for all parameters: groups, the learning rate of an epoch, clipping, and the guard before a step."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import nn

from jmt.training.reach import HEADS
from jmt.training.settings import L2Settings, OptimizerSettings


def parameter_groups(model: nn.Module, l2: L2Settings) -> list[dict[str, object]]:
    """Put every parameter in exactly one group: LSTM matrices, head matrices, and all the rest without decay.

    The penalty is lambda ||W||^2, whose gradient is 2 lambda W: torch's `weight_decay` is therefore 2 lambda.
    """
    lstm, heads, rest = [], [], []
    for name, parameter in model.named_parameters():
        if name.startswith("levels.") and parameter.dim() == 2:
            lstm.append(parameter)
        elif name.startswith(HEADS) and parameter.dim() == 2:
            heads.append(parameter)
        else:
            rest.append(parameter)
    groups = ((lstm, 2 * l2.lstm), (heads, 2 * l2.classifiers), (rest, 0.0))
    return [{"params": members, "weight_decay": decay} for members, decay in groups if members]


def build_optimizer(groups: list[dict[str, object]], settings: OptimizerSettings) -> torch.optim.Optimizer:
    """Build plain SGD (the paper's), Adam or AdamW."""
    if settings.kind == "sgd":
        return torch.optim.SGD(groups, lr=settings.learning_rate)
    kind = torch.optim.Adam if settings.kind == "adam" else torch.optim.AdamW
    return kind(groups, lr=settings.learning_rate, betas=settings.betas)


def learning_rate(settings: OptimizerSettings, epoch: int) -> float:
    """Return epsilon / (1 + rho (k - 1)) for epoch k = 1, 2, ... (appendix A)."""
    return settings.learning_rate / (1.0 + settings.decay * (epoch - 1))


def clip(parameters: Iterable[nn.Parameter], limit: float) -> float:
    """Scale all gradients so that their global norm is at most `limit`; return the norm before."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norms = torch.stack(torch._foreach_norm(gradients))
    norm = float(norms.norm())
    if math.isfinite(norm) and norm > limit:
        torch._foreach_mul_(gradients, limit / norm)
    return norm
