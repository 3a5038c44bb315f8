"""Least squares for several tasks at once: problems that the tests of soft sharing know the answers to."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Regressions = list[tuple[Tensor, Tensor]]
"""Per task X (N, D) and y (N, ...)."""


def regressions(truth: list[Tensor], examples: int, noise: float = 0.1, seed: int = 0) -> Regressions:
    """Examples, float64, of tasks whose true weights (D, ...) are given."""
    generator = torch.Generator().manual_seed(seed)
    found = []
    for weights in truth:
        inputs = torch.randn(examples, len(weights), generator=generator, dtype=torch.float64)
        clean = inputs @ weights
        found.append((inputs, clean + noise * torch.randn(clean.shape, generator=generator, dtype=torch.float64)))
    return found


def squared_error(tasks: Regressions, weights: list[Tensor] | Tensor) -> Tensor:
    """Half the sum of all squared errors."""
    terms = [(x @ w - y).square().sum() / 2 for (x, y), w in zip(tasks, weights, strict=True)]
    return torch.stack(terms).sum()


def minimum(objective: Callable[[Tensor], Tensor], shape: tuple[int, ...]) -> Tensor:
    """The minimiser of a quadratic that autograd can differentiate: one step of Newton's method from zero."""
    start = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(objective(start), start)
    curve = torch.autograd.functional.hessian(objective, start.detach()).reshape(start.numel(), -1)
    return torch.linalg.solve(curve, -slope.reshape(-1)).reshape(shape)
