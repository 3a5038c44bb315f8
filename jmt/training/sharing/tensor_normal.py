"""Relations along every axis: which tasks, which outputs and which inputs go together (DRN: Long et al. 2017).

The copies W (T, ...) of a parameter have a tensor-normal prior: the covariance of all its numbers is the Kronecker
product of one covariance per axis.  Its log-likelihood, log determinants included, says what each covariance should be
given the others (flip-flop); how large all of them are together is left to the strength of the penalty.  Were it
learned, too, small weights would ask for small covariances and these for still smaller weights, until nothing is left.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from jmt.training.sharing.base import Copies, Tie, assign, matrices, stacked

EPSILON = 1e-2
"""Nearly the share of the mean that every eigenvalue of a covariance has at least: few tasks leave many at zero."""


class AxisCovariance(nn.Module):
    """A covariance (d, d) with trace d as eigenvectors and eigenvalues, which no gradient reaches; it starts as I."""

    vectors: Tensor
    values: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("vectors", torch.eye(size))
        self.register_buffer("values", torch.ones(size))

    @property
    def matrix(self) -> Tensor:
        """Return the covariance itself, (d, d)."""
        return (self.vectors * self.values) @ self.vectors.T

    @torch.no_grad()
    def learn(self, scatter: Tensor, epsilon: float) -> None:
        """Take over the shape of W W^T (d, d), whatever its size; zeros say nothing and change nothing."""
        mean = scatter.trace() / len(scatter)
        if mean <= 0:
            return
        values, vectors = torch.linalg.eigh(scatter / mean)
        self.values.copy_((values.clamp_min(0) + epsilon) / (1 + epsilon))
        self.vectors.copy_(vectors)


class TensorNormal(nn.Module):
    """Holds a covariance for every axis of W (T, ...)."""

    def __init__(self, shape: Sequence[int], *, epsilon: float = EPSILON) -> None:
        super().__init__()
        self.epsilon = epsilon
        self.axes = nn.ModuleList(AxisCovariance(size) for size in shape)

    @property
    def covariances(self) -> list[AxisCovariance]:
        """The covariances, that of the tasks first."""
        return [axis for axis in self.axes if isinstance(axis, AxisCovariance)]

    @torch.no_grad()
    def update(self, stack: Tensor) -> None:
        """Set one covariance after the other to what is most likely for the weights as they are, given the others."""
        for number, covariance in enumerate(self.covariances):
            whitened = self._rotated(stack.to(covariance.vectors)) * self._scales(leave_out=number).rsqrt()
            rows = whitened.movedim(number, 0).flatten(1).double()
            turned = covariance.vectors.double() @ rows  # this axis as it was, all others in their own directions
            covariance.learn(turned @ turned.T, self.epsilon)

    @torch.no_grad()
    def move(self, stack: Tensor, step: float) -> Tensor:
        """Return the X with the smallest ||X - W||^2 / 2 + step * penalty(X): (I + step Sigma^-1)^-1 W, exactly."""
        rotated = self._rotated(stack)
        return self._rotated(rotated / (1 + step / self._scales()), back=True)

    def forward(self, stack: Tensor) -> Tensor:
        """Return the penalty, half of vec(W)^T Sigma^-1 vec(W), a scalar: at first, with Sigma = I, ||W||^2 / 2."""
        return (self._rotated(stack).square() / self._scales()).sum() / 2

    def _rotated(self, stack: Tensor, *, back: bool = False) -> Tensor:
        """Return W in the directions of the eigenvectors of all axes, or back from there."""
        for covariance in self.covariances:  # the first axis goes, and comes back as the last one
            vectors = covariance.vectors.T if back else covariance.vectors
            stack = torch.tensordot(stack, vectors, dims=([0], [0]))
        return stack

    def _scales(self, leave_out: int | None = None) -> Tensor:
        """Return the eigenvalues of Sigma, shaped as W; of one axis that is left out, ones."""
        scales = torch.ones([])
        for number, covariance in enumerate(self.covariances):
            values = torch.ones_like(covariance.values) if number == leave_out else covariance.values
            scales = scales.to(values).unsqueeze(-1) * values
        return scales


class TensorTie(Tie):
    """Covariances that are learned from the weights: one for every axis of every matrix of the level."""

    def __init__(self, copies: Copies, update_every: int) -> None:
        super().__init__(matrices(copies))
        self.update_every = update_every
        self.priors = nn.ModuleList(TensorNormal((len(members), *members[0].shape)) for members in self.copies.values())

    def apply_step(self, step: float, number: int) -> None:
        """Learn the covariances now and then, and move along them."""
        for prior, members in zip(self.priors, self.copies.values(), strict=True):
            assert isinstance(prior, TensorNormal)
            stack = stacked(members)
            if number % self.update_every == 0:
                prior.update(stack)
            assign(members, prior.move(stack, step))
