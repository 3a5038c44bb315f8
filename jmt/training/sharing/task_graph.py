"""Tasks as a graph: a symmetric E (T, T) says which tasks shall lie near each other (Evgeniou et al. 2005).

With E invertible, regularised least squares under half the sum of E_lq <w_l, w_q> is regression with the kernel
(E^-1)_lq <x, x'>: E^-1 is how strongly what is learned for one task counts for another.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import torch
from torch import Tensor

from jmt.errors import ConfigError
from jmt.training.sharing.base import Copies, Tie, assign, stacked


def graph_penalty(stack: Tensor, graph: Tensor) -> Tensor:
    """Return half the sum of E_lq <w_l, w_q>, a scalar, for a stack (T, ...); its gradient is E W."""
    flat = stack.reshape(len(stack), -1)
    return ((graph.to(flat) @ flat) * flat).sum() / 2


@torch.no_grad()
def step_along(stack: Tensor, graph: Tensor, step: float) -> Tensor:
    """Return the X with the smallest ||X - W||^2 / 2 + step * `graph_penalty`(X): (I + step E)^-1 W.

    A gradient step overshoots where step times an eigenvalue of E is above 2; this one is exact for every strength, and
    an endless one lays on top of each other what the graph connects.
    """
    flat = stack.reshape(len(stack), -1).double()
    system = torch.eye(len(stack), dtype=torch.float64, device=stack.device) + step * graph.to(flat)
    moved: Tensor = torch.linalg.solve(system, flat)
    return moved.to(stack.dtype).view_as(stack)


class GraphTie(Tie):
    """A fixed graph of tasks: distances, clusters."""

    def __init__(self, copies: Copies, graph: Tensor) -> None:
        super().__init__(copies)
        self.graph = graph

    def apply_step(self, step: float, number: int) -> None:
        """Move along the graph, exactly."""
        for members in self.copies.values():
            assign(members, step_along(stacked(members), self.graph, step))


def complete_graph(tasks: int) -> Tensor:
    """Return the Laplacian of the complete graph, float64 (T, T): half the sum of ||W_s - W_t||^2 over pairs."""
    return tasks * torch.eye(tasks, dtype=torch.float64) - 1


def mean_graph(tasks: int, strength: float) -> Tensor:
    """Return the E, float64 (T, T), with sum E_lq <w_l, w_q> = ||mean||^2 + strength / T sum ||w_t - mean||^2."""
    return cluster_graph([0] * tasks, within=strength / tasks, between=0.0, mean=1 / tasks)


def cluster_graph(clusters: Sequence[Hashable], within: float, between: float, mean: float) -> Tensor:
    """Return the E, float64 (T, T), that draws the tasks of a cluster together; `clusters` names each task's.

    sum E_lq <w_l, w_q> = within sum_t ||w_t - m_c(t)||^2 + between sum_c T_c ||m_c - m||^2 + mean T ||m||^2, where m is
    the mean of all T tasks and m_c that of the T_c tasks of a cluster (section 2 of Jacob, Bach and Vert 2009).  The
    three strengths are the eigenvalues of E.  With mean = 0 nothing holds all tasks together where they are: E is then
    singular and they drift freely along whatever the data leave open.
    """
    members = torch.tensor([[one == other for other in clusters] for one in clusters], dtype=torch.float64)
    to_clusters = members / members.sum(dim=1)
    to_all = torch.full_like(members, 1 / len(clusters))
    to_self = torch.eye(len(clusters), dtype=torch.float64)
    return within * (to_self - to_clusters) + between * (to_clusters - to_all) + mean * to_all


def check_graph(graph: Tensor, tasks: int) -> None:
    """Raise ConfigError unless E is (T, T), finite, symmetric, and positive semi-definite but for rounding."""
    if graph.shape != (tasks, tasks):
        shape = " x ".join(map(str, graph.shape))
        raise ConfigError(f"task graph: E is {shape}; with {tasks} tasks it must be {tasks} x {tasks}, a row per task")
    if not graph.isfinite().all():
        row, column = _first(~graph.isfinite())
        raise ConfigError(f"task graph: E[{row}][{column}] is {graph[row, column].item()}; give a finite number")
    graph = graph if graph.is_floating_point() else graph.double()
    rounding = 10 * tasks * torch.finfo(graph.dtype).eps * graph.abs().max().item()
    uneven = (graph - graph.T).abs() > rounding
    if uneven.any():
        row, column = _first(uneven)
        raise ConfigError(
            f"task graph: E[{row}][{column}] is {graph[row, column].item():g} but E[{column}][{row}] is"
            f" {graph[column, row].item():g}; E must be symmetric: give both the same value"
        )
    smallest = torch.linalg.eigvalsh(graph).min().item()
    if smallest < -rounding:
        raise ConfigError(
            f"task graph: the smallest eigenvalue of E is {smallest:.4g}, so that the penalty falls without end as"
            f" weights grow; E must be positive semi-definite: add {-1.001 * smallest:.4g} or more to every E[t][t]"
        )


def _first(where: Tensor) -> tuple[int, int]:
    """Return the row and the column of the first entry that is true."""
    row, column = where.nonzero()[0].tolist()
    return row, column
