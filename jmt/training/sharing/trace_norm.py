"""The trace norm: tasks share a few directions, each in a mixture of its own (Yang and Hospedales 2017).

The nuclear norm of a matrix is the sum of its singular values, the convex stand-in for its rank.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Flatten = Literal["laf", "tucker"]
"""laf: one matrix of D features by T tasks (last axis flattening); tucker: one matrix per axis, tasks included."""


def unfold(stack: Tensor, flatten: Flatten) -> list[Tensor]:
    """Return the matrices whose nuclear norms count, for a stack (T, ...)."""
    if flatten == "laf":
        return [stack.reshape(len(stack), -1).T]
    return [stack.movedim(axis, 0).reshape(size, -1) for axis, size in enumerate(stack.shape)]


def nuclear_norm(stack: Tensor, flatten: Flatten = "laf") -> Tensor:
    """Return the mean of the nuclear norms of the unfoldings, a scalar; of a matrix the gradient is U V^T.

    It is written tr(U^T W V) with U and V held fixed.  To differentiate through them would divide by differences of
    squared singular values, and tasks that start alike or orthogonal have equal ones.  A gradient never makes a
    singular value exactly zero: for a low rank use `shrink_singular_values` between steps.
    """
    return torch.stack([(matrix * polar_factor(matrix)).sum() for matrix in unfold(stack, flatten)]).mean()


@torch.no_grad()
def polar_factor(matrix: Tensor) -> Tensor:
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
    al. 2010).  It is that of `laf`, on `stack.flatten(1)`; the norms of `tucker` overlap and have no closed form.
    """
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    shrunk: Tensor = (left * (values - threshold).clamp_min(0)) @ right
    return shrunk
