"""After every update the copies of a level are drawn together, as `[sharing.levelN]` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from jmt.model import JointModel
from jmt.training.sharing import (
    MatrixNormal,
    anchor_graph,
    cluster_graph,
    mean_distance_graph,
    nuclear_norm,
    pairwise_graph,
    shrink_rows,
    shrink_singular_values,
    step_along,
)
from jmt.training.sharing_settings import SharingSettings

Copies = Mapping[str, Sequence[nn.Parameter]]
"""The name of a parameter within a level to its copies, one per task."""


class Tie(nn.Module):
    """Draws the copies of one level together; steps are decoupled from the optimizer's, like decoupled weight decay."""

    def __init__(self, copies: Copies) -> None:
        super().__init__()
        self.copies = copies

    def apply_step(self, step: float, number: int) -> None:
        """Take the proximal step of size `step` = learning rate times strength, after update `number`."""
        raise TypeError(f"{type(self).__name__} is abstract")


class GraphTie(Tie):
    """A fixed graph of tasks: distances, clusters."""

    def __init__(self, copies: Copies, graph: Tensor) -> None:
        super().__init__(copies)
        self.graph = graph

    def apply_step(self, step: float, number: int) -> None:
        """Move along the graph, exactly."""
        for members in self.copies.values():
            assign(members, step_along(torch.stack(list(members)), self.graph, step))


class RelationTie(Tie):
    """A graph that is learned from the weights: one for every matrix of the level."""

    def __init__(self, copies: Copies, update_every: int) -> None:
        super().__init__({name: members for name, members in copies.items() if members[0].dim() > 1})
        self.update_every = update_every
        self.relations = nn.ModuleList(MatrixNormal(len(members)) for members in self.copies.values())

    def apply_step(self, step: float, number: int) -> None:
        """Look at the relations now and then, and move along them; tr(W Omega^-1 W^T) is the graph 2 Omega^-1."""
        for relation, members in zip(self.relations, self.copies.values(), strict=True):
            assert isinstance(relation, MatrixNormal)
            stack = torch.stack(list(members)).detach()
            if number % self.update_every == 0:
                relation.update(stack)
            assign(members, step_along(stack, 2 * torch.linalg.inv(relation.omega.double()), step))


class LowRankTie(Tie):
    """Few directions that all tasks share."""

    def __init__(self, copies: Copies, flatten: str) -> None:
        super().__init__({name: members for name, members in copies.items() if members[0].dim() > 1})
        self.flatten = flatten

    def apply_step(self, step: float, number: int) -> None:
        """Shrink singular values; of `tucker`, whose norms overlap, take a gradient step."""
        for members in self.copies.values():
            stack = torch.stack(list(members)).detach()
            if self.flatten == "laf":
                assign(members, shrink_singular_values(stack.flatten(1), step).view_as(stack))
                continue
            with torch.enable_grad():
                leaf = stack.requires_grad_()
                (slope,) = torch.autograd.grad(nuclear_norm(leaf, "tucker"), leaf)
            assign(members, stack.detach() - step * slope)


class SparseTie(Tie):
    """Features that all tasks use or none: the weights from a level's inputs to the gates of both directions."""

    def __init__(self, copies: Copies, q: int | str) -> None:
        super().__init__({name: members for name, members in copies.items() if "weight_ih" in name})
        self.q = q

    def apply_step(self, step: float, number: int) -> None:
        """Shrink all that leaves a feature, together."""
        members = [parameter for group in self.copies.values() for parameter in group]
        shrunk = shrink_rows([parameter.detach().T for parameter in members], step, self.q)  # type: ignore[arg-type]
        assign(members, [matrix.T for matrix in shrunk])


@torch.no_grad()
def assign(members: Sequence[nn.Parameter], values: Sequence[Tensor] | Tensor) -> None:
    """Give the copies their new values."""
    for parameter, value in zip(members, values, strict=True):
        parameter.copy_(value)


class SharingStep(nn.Module):
    """The ties of all levels; its state is what relations have been learned."""

    def __init__(self, model: JointModel, settings: Mapping[int, SharingSettings]) -> None:
        super().__init__()
        self.strengths = {str(level): how.strength for level, how in settings.items() if how.reg != "none"}
        self.ties = nn.ModuleDict(
            {level: build_tie(model, int(level), settings[int(level)]) for level in self.strengths}
        )

    def apply_step(self, rate: float, number: int) -> None:
        """Draw all copies together after update `number`, made at a learning rate."""
        for level, tie in self.ties.items():
            assert isinstance(tie, Tie)
            tie.apply_step(rate * self.strengths[level], number)


def build_tie(model: JointModel, level: int, settings: SharingSettings) -> Tie:
    """Build what a level's penalty asks for."""
    modules = model.encoder.levels[level - 1]
    tasks = list(modules)
    copies = {
        name: [modules[task].get_parameter(name) for task in tasks] for name, _ in modules[tasks[0]].named_parameters()
    }
    if settings.reg == "trace_norm":
        return LowRankTie(copies, settings.flatten)
    if settings.reg == "block_sparse":
        return SparseTie(copies, settings.q)
    if settings.reg == "matrix_normal":
        return RelationTie(copies, settings.update_every)
    return GraphTie(copies, graph_of(tasks, settings))


def graph_of(tasks: Sequence[str], settings: SharingSettings) -> Tensor:
    """Return the graph of `l2` or `task_graph`, (T, T)."""
    if settings.reg == "task_graph":
        place = {task: number for number, members in enumerate(settings.clusters) for task in members}
        return cluster_graph([place.get(task, -1) for task in tasks], settings.within, settings.between, settings.mean)
    if settings.anchor in tasks:
        return anchor_graph(len(tasks), tasks.index(settings.anchor))
    return mean_distance_graph(len(tasks)) if settings.anchor == "mean" else pairwise_graph(len(tasks))
