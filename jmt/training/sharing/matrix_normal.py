"""Relations that are learned: a covariance Omega of the tasks beside their weights (MTRL: Zhang and Yeung 2010).

W (D, T) holds the weights of a task in a column.  A matrix-normal prior on W costs tr(W Omega^-1 W^T); with tr(Omega)
= 1, so that Omega cannot grow without end, the best Omega for given weights is known in closed form.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.training.sharing.base import Copies, Tie, assign, matrices, stacked
from jmt.training.sharing.task_graph import graph_penalty, step_along

EPSILON = 1e-4
"""No eigenvalue of Omega^-1 is then above T sqrt(1 + 1 / epsilon), 100 T: far above, gradient steps overshoot."""


def relation_penalty(stack: Tensor, omega: Tensor) -> Tensor:
    """Return tr(W Omega^-1 W^T), a scalar, for a stack (T, ...) and Omega (T, T); its gradient is 2 W Omega^-1.

    Omega is a constant here, whatever it was computed from.  2 Omega^-1 is a task graph.
    """
    return graph_penalty(stack, 2 * torch.linalg.inv(omega.detach().double()))


@torch.no_grad()
def closed_form(stack: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Return Omega = (W^T W)^(1/2) / tr((W^T W)^(1/2)), float64 (T, T), for a stack (T, ...).

    epsilon times the mean of the eigenvalues is added to each before the root: with fewer features than tasks, or with
    tasks that are alike, Omega would have no inverse.  The scale of W does not matter; of zeros it is I / T.
    """
    rows = stack.reshape(len(stack), -1).double()
    values, vectors = torch.linalg.eigh(rows @ rows.T)
    if values.max() == 0:
        return torch.eye(len(stack), dtype=torch.float64, device=stack.device) / len(stack)
    roots = (values.clamp_min(0) + epsilon * values.mean()).sqrt()
    omega: Tensor = (vectors * (roots / roots.sum())) @ vectors.T
    return omega


class MatrixNormal(nn.Module):
    """Holds Omega, which no gradient reaches; it starts as I / T, where the penalty is T times plain weight decay.

    Weights at random say nothing about relations: `update` now and then, once the tasks have learned something.
    """

    omega: Tensor

    def __init__(self, tasks: int, *, epsilon: float = EPSILON) -> None:
        super().__init__()
        assert epsilon > 0
        self.epsilon = epsilon
        self.register_buffer("omega", torch.eye(tasks, dtype=torch.float32) / tasks)

    @torch.no_grad()
    def update(self, stack: Tensor) -> None:
        """Set Omega to what is best for the weights as they are, a stack (T, ...)."""
        self.omega.copy_(closed_form(stack, self.epsilon))

    def forward(self, stack: Tensor) -> Tensor:
        """Return tr(W Omega^-1 W^T), a scalar."""
        return relation_penalty(stack, self.omega)


class RelationTie(Tie):
    """A graph that is learned from the weights: one for every matrix of the level."""

    def __init__(self, copies: Copies, update_every: int) -> None:
        super().__init__(matrices(copies))
        self.update_every = update_every
        self.relations = nn.ModuleList(MatrixNormal(len(members)) for members in self.copies.values())

    def apply_step(self, step: float, number: int) -> None:
        """Look at the relations now and then, and move along them; tr(W Omega^-1 W^T) is the graph 2 Omega^-1."""
        for relation, members in zip(self.relations, self.copies.values(), strict=True):
            assert isinstance(relation, MatrixNormal)
            stack = stacked(members)
            if number % self.update_every == 0:
                relation.update(stack)
            assign(members, step_along(stack, 2 * torch.linalg.inv(relation.omega.double()), step))
