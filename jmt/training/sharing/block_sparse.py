"""Block sparsity: a shared feature is used by many tasks or by none (l1/lq norms; Obozinski et al. 2010).

The weights of a task are a matrix (D, L), row i leaving shared feature i; tasks may differ in L.  A row is all that
leaves feature i, whatever the task, so that it is kept or dropped for all of them.  PyTorch's `Linear` holds the
transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor

from jmt.training.sharing.base import Copies, Tie, assign

Exponent = Literal[1, 2, "inf"]
"""q of the norm of a row; with 1 the rows are no groups: every weight is kept or dropped by itself."""


def block_norm(matrices: Sequence[Tensor], q: Exponent = 2) -> Tensor:
    """Return the sum over the D rows of ||row||_q, a scalar; the gradient of a row of zeros is zero.

    A gradient step never makes a row exactly zero, and Adam's least of all: for that use `shrink_rows` between steps.
    """
    norms: Tensor = torch.linalg.vector_norm(torch.cat(list(matrices), dim=1), ord=float(q), dim=1)
    return norms.sum()


@torch.no_grad()
def shrink_rows(matrices: Sequence[Tensor], threshold: float, q: Exponent = 2) -> list[Tensor]:
    """Return the X, shaped as W, with the smallest ||X - W||^2 / 2 + threshold `block_norm`(X).

    After a gradient step of rate r without momentum, strength times r is the threshold of the proximal step; Adam has
    no such rate.  A row is exactly zero where its dual norm (inf, 2, 1 for q = 1, 2, inf) is at most the threshold.
    """
    shrunk = _PROXIMAL_STEPS[q](torch.cat(list(matrices), dim=1), threshold)
    return list(torch.split(shrunk, [matrix.shape[1] for matrix in matrices], dim=1))


def project_on_l1_ball(rows: Tensor, radius: float) -> Tensor:
    """Return the nearest points to `rows` (D, N) with ||row||_1 <= radius (Duchi et al. 2008)."""
    return _shrink_entries(rows, _level(rows, radius))


def _level(rows: Tensor, radius: float) -> Tensor:
    """Return (D, 1), what every entry of a row loses in magnitude on its way to the ball.

    With u the magnitudes, largest first, that is the largest of (u_1 + .. + u_j - radius) / j; zero inside the ball.
    """
    sums = rows.abs().sort(dim=1, descending=True).values.cumsum(dim=1)
    counts = torch.arange(1, rows.shape[1] + 1, dtype=rows.dtype, device=rows.device)
    return ((sums - radius) / counts).amax(dim=1, keepdim=True).clamp_min(0)


def _shrink_entries(rows: Tensor, threshold: float | Tensor) -> Tensor:
    """Return every entry less the threshold in magnitude, zero at the least."""
    return rows.sign() * (rows.abs() - threshold).clamp_min(0)


def _shrink_lengths(rows: Tensor, threshold: float) -> Tensor:
    """Return every row less the threshold in length, zero at the least."""
    lengths: Tensor = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    return rows * (1 - threshold / lengths.clamp_min(torch.finfo(rows.dtype).tiny)).clamp_min(0)


def _cut_peaks(rows: Tensor, threshold: float) -> Tensor:
    """Return v less its projection on the l1 ball, which is v cut at the level that the projection takes off."""
    level = _level(rows, threshold)
    return torch.minimum(torch.maximum(rows, -level), level)


_PROXIMAL_STEPS: Mapping[Exponent, Callable[[Tensor, float], Tensor]] = {
    1: _shrink_entries,
    2: _shrink_lengths,
    "inf": _cut_peaks,
}


class SparseTie(Tie):
    """Features that all tasks use or none: the weights from a level's inputs to the gates of both directions."""

    def __init__(self, copies: Copies, q: Exponent) -> None:
        super().__init__({name: members for name, members in copies.items() if "weight_ih" in name})
        self.q = q

    def apply_step(self, step: float, number: int) -> None:
        """Shrink all that leaves a feature, together."""
        members = [parameter for group in self.copies.values() for parameter in group]
        shrunk = shrink_rows([parameter.detach().T for parameter in members], step, self.q)
        assign(members, [matrix.T for matrix in shrunk])
