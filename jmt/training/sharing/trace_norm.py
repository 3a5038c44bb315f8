"""The trace norm: tasks share a few directions, each in a mixture of its own (Yang and Hospedales 2017).

The nuclear norm of a matrix is the sum of its singular values, the convex stand-in for its rank.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from jmt.training.sharing.base import Copies, Tie, assign, matrices, stacked

Flatten = Literal["laf", "tucker", "tt"]
"""laf: one matrix of D features by T tasks (last axis flattening); tucker: one matrix per axis, tasks included; tt: one
per cut between two axes, all before it by all after it (tensor train), the axis of tasks last."""


def _unfold(stack: Tensor, flatten: Flatten) -> list[Tensor]:
    """Return the matrices whose nuclear norms count, for a stack (T, ...)."""
    if flatten == "laf":
        return [stack.reshape(len(stack), -1).T]
    if flatten == "tt":
        whole = stack.movedim(0, -1)
        return [whole.reshape(math.prod(whole.shape[:cut]), -1) for cut in range(1, whole.dim())]
    return [stack.movedim(axis, 0).reshape(size, -1) for axis, size in enumerate(stack.shape)]


def nuclear_norm(stack: Tensor, flatten: Flatten = "laf") -> Tensor:
    """Return the mean of the nuclear norms of the unfoldings, a scalar; of a matrix the gradient is U V^T.

    It is written tr(U^T W V) with U and V held fixed.  To differentiate through them would divide by differences of
    squared singular values, and tasks that start alike or orthogonal have equal ones.  A gradient never makes a
    singular value exactly zero: for a low rank use `shrink_singular_values` between steps.
    """
    return torch.stack([(matrix * _polar_factor(matrix)).sum() for matrix in _unfold(stack, flatten)]).mean()


@torch.no_grad()
def _polar_factor(matrix: Tensor) -> Tensor:
    """Return U V^T of the singular values that are not zero: the shortest subgradient of the nuclear norm.

    With the others, whose U and V are arbitrary, tasks that start alike would be driven apart at random.
    """
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    rounding = 10 * len(values) * torch.finfo(values.dtype).eps * values.max()
    factor: Tensor = (left * (values > rounding)) @ right
    return factor


@torch.no_grad()
def shrink_singular_values(matrix: Tensor, threshold: float) -> Tensor:
    """Return the X with the smallest ||X - W||^2 / 2 + threshold ||X||_*: every singular value less the threshold.

    After a gradient step of rate r without momentum, strength times r is the threshold of the proximal step (Cai et
    al. 2010).  It is that of `laf`, on `stack.flatten(1)`; the norms of `tucker` and `tt` overlap, without closed form.
    """
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    shrunk: Tensor = (left * (values - threshold).clamp_min(0)) @ right
    return shrunk


class LowRankTie(Tie):
    """Few directions that all tasks share."""

    def __init__(self, copies: Copies, flatten: Flatten) -> None:
        super().__init__(matrices(copies))
        self.flatten = flatten

    def apply_step(self, step: float, number: int) -> None:
        """Shrink singular values; of `tucker` and `tt`, whose norms overlap, take a gradient step."""
        for members in self.copies.values():
            stack = stacked(members)
            if self.flatten == "laf":
                assign(members, shrink_singular_values(stack.flatten(1), step).view_as(stack))
                continue
            with torch.enable_grad():
                leaf = stack.requires_grad_()
                (slope,) = torch.autograd.grad(nuclear_norm(leaf, self.flatten), leaf)
            assign(members, stack.detach() - step * slope)
