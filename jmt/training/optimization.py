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


def build_optimizers(model: nn.Module, l2: L2Settings, settings: OptimizerSettings) -> list[torch.optim.Optimizer]:
    """Build plain SGD (the paper's), Adam or AdamW; under the latter two, tables get the sparse form of Adam.

    The gradients of word and n-gram tables are sparse: a step reads a few hundred of their rows.
    """
    groups = parameter_groups(model, l2)
    if settings.kind == "sgd":
        return [torch.optim.SGD(groups, lr=settings.learning_rate)]
    tables = list(tables_of(model).values())
    own = {id(table) for table in tables}
    for group in groups:
        group["params"] = [parameter for parameter in group["params"] if id(parameter) not in own]  # type: ignore[attr-defined]
    kind = torch.optim.Adam if settings.kind == "adam" else torch.optim.AdamW
    return [
        kind(groups, lr=settings.learning_rate, betas=settings.betas, fused=True),  # one pass over the weights
        torch.optim.SparseAdam(tables, lr=settings.learning_rate, betas=settings.betas),
    ]


def tables_of(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return the parameters whose gradients are sparse, by name."""
    return {
        f"{name}.weight": module.get_parameter("weight")
        for name, module in model.named_modules()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.sparse
    }


def learning_rate(settings: OptimizerSettings, epoch: int) -> float:
    """Return epsilon / (1 + rho (k - 1)) for epoch k = 1, 2, ... (appendix A)."""
    return settings.learning_rate / (1.0 + settings.decay * (epoch - 1))


def clip(parameters: Iterable[nn.Parameter], limit: float) -> float:
    """Scale all gradients so that their global norm is at most `limit`; return the norm before."""
    gradients = []
    for parameter in parameters:
        if parameter.grad is not None and parameter.grad.is_sparse:
            parameter.grad = parameter.grad.coalesce()  # rows that occur twice count as one sum
        if parameter.grad is not None:
            gradients.append(parameter.grad.values() if parameter.grad.is_sparse else parameter.grad)
    norm = float(torch.stack(torch._foreach_norm(gradients)).norm())
    if math.isfinite(norm) and norm > limit:
        torch._foreach_mul_(gradients, limit / norm)
    return norm
