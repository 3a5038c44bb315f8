"""Parameters that the same tasks reach, with the gradients of these tasks as the rows of a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from jmt.network.parts import subnetwork_of

Rows = Mapping[str, Mapping[str, Tensor]]
"""Task to parameter to gradient, for the parameters that the task reaches."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a parameter lies in the columns of a block."""

    name: str
    stop: int
    """One past its last column."""
    touched: Tensor | None
    """Of a table with sparse gradients, the rows that some task has read; None: all of it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Parameters reached by `tasks`, K of them; `matrix` (K, P) has their gradients as rows."""

    tasks: tuple[str, ...]
    parts: Sequence[Part]
    matrix: Tensor

    def gram(self) -> Tensor:
        """Return the inner products of the rows (K, K), float64 on the CPU."""
        return (self.matrix @ self.matrix.T).double().cpu()

    def gram_at(self, subnetwork: str) -> Tensor:
        """Return those of the columns of one part of the network alone."""
        edges = [0, *(part.stop for part in self.parts)]
        columns = [
            self.matrix[:, start:stop]
            for part, (start, stop) in zip(self.parts, pairwise(edges), strict=True)
            if subnetwork_of(part.name) == subnetwork
        ]
        nothing = torch.zeros(len(self.tasks), len(self.tasks), dtype=torch.float64)
        return sum(((own @ own.T).double().cpu() for own in columns), nothing)

    def write(self, parameters: Mapping[str, nn.Parameter], weights: Sequence[float]) -> None:
        """Put the weighted sum of the rows into `.grad`."""
        combined = self.matrix.new_tensor(weights) @ self.matrix
        start = 0
        for part in self.parts:
            parameter, values = parameters[part.name], combined[start : part.stop]
            if part.touched is None:
                parameter.grad = values.view_as(parameter)
            else:
                rows = values.view(len(part.touched), -1)
                parameter.grad = torch.sparse_coo_tensor(
                    part.touched.unsqueeze(0), rows, parameter.shape, is_coalesced=True, check_invariants=False
                )
            start = part.stop


def blocks_of(rows: Rows, parameters: Mapping[str, nn.Parameter]) -> list[Block]:
    """Group the parameters that some task reaches by the tasks that do, in the order of the parameters."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in parameters:
        tasks = tuple(task for task, row in rows.items() if name in row)
        if tasks:
            groups.setdefault(tasks, []).append(name)
    return [_build_block(tasks, names, rows) for tasks, names in groups.items()]


def _build_block(tasks: tuple[str, ...], names: Sequence[str], rows: Rows) -> Block:
    """Lay the gradients of some parameters side by side, and those of the tasks below each other."""
    parts: list[Part] = []
    pieces: list[list[Tensor]] = []
    stop = 0
    for name in names:
        gradients = [rows[task][name] for task in tasks]
        touched = None
        if gradients[0].is_sparse:
            touched, gradients = _compact([gradient.coalesce() for gradient in gradients])
        stop += gradients[0].numel()
        parts.append(Part(name, stop, touched))
        pieces.append([gradient.flatten() for gradient in gradients])
    matrix = torch.stack([torch.cat([piece[index] for piece in pieces]) for index in range(len(tasks))])
    return Block(tasks, parts, matrix)


def _compact(gradients: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """Return the rows of a table that some sparse gradient has, and these rows of each gradient, dense."""
    touched = torch.cat([gradient.indices()[0] for gradient in gradients]).unique()  # type: ignore[no-untyped-call]
    dense = []
    for gradient in gradients:
        values = gradient.values()
        rows = values.new_zeros(len(touched), *values.shape[1:])
        rows[torch.searchsorted(touched, gradient.indices()[0])] = values
        dense.append(rows)
    return touched, dense
