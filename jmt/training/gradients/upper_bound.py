"""MGDA-UB: weights from the gradients at hidden states that all tasks share (Sener and Koltun 2018, section 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from jmt.training.diagnosis import Diagnosis, diagnose
from jmt.training.gradients.base import Again
from jmt.training.gradients.meeting import Meeting, gradients_at
from jmt.training.weighting import RowWeighting


class Shared(NamedTuple):
    """Z of a part of the batch, and each task's gradient there, flat."""

    states: list[Tensor]
    rows: dict[str, Tensor]


class UpperBoundGradients:
    """One backward pass per task down to Z, what all tasks read, and one for all below it.

    The weights are those for dL_t / dZ over all tokens of the batch side by side: a sum over them would let sentences
    cancel each other.  It takes one batch with labels for every task; parameters above Z get their plain gradient.
    """

    def __init__(self, weighting: RowWeighting, meeting: Meeting, tasks: Sequence[str]) -> None:
        self.weighting, self.meeting, self.tasks = weighting, meeting, list(tasks)
        self.begin(0.0)

    def begin(self, done: float) -> None:
        """Start with no rows."""
        self.parts: list[Shared] = []
        self.losses = dict.fromkeys(self.tasks, 0.0)
        self.weights: Mapping[str, float] = dict.fromkeys(self.tasks, 1.0)
        self.gram = torch.zeros(len(self.tasks), len(self.tasks), dtype=torch.float64)

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        """Give what is above Z its gradients, and keep those at Z."""
        states, above, rows = self.meeting.states, self.meeting.above, {}
        for task, loss in losses.items():
            rows[task], own = gradients_at(states, above, share * loss)
            for parameter, gradient in zip(above, own, strict=True):
                if gradient is not None:
                    parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient
            self.losses[task] += share * float(loss.detach())
        self.parts.append(Shared(states, rows))

    def finish(self) -> None:
        """Send the weighted sum of the rows down."""
        for part in self.parts:
            matrix = torch.stack([part.rows[task] for task in self.tasks])
            self.gram += (matrix @ matrix.T).double().cpu()
        if bool(self.gram.isfinite().all()):
            solved = self.weighting.weights(self._values(), self.gram)
            self.weights = dict(zip(self.tasks, solved.tolist(), strict=True))
        for states, rows in self.parts:
            total = torch.stack([self.weights[task] * row for task, row in rows.items()]).sum(dim=0)
            pieces = torch.split(total, [state.numel() for state in states])
            shaped = [piece.view_as(state) for piece, state in zip(pieces, states, strict=True)]
            torch.autograd.backward(states, shaped)

    def _values(self) -> Tensor:
        return torch.tensor([self.losses[task] for task in self.tasks], dtype=torch.float64)

    def after_step(self, again: Again) -> None:
        """Nothing is learned."""

    def diagnosis(self) -> Diagnosis:
        """Return the weights, and how the gradients at the hidden states lie to each other."""
        return diagnose(self.weights, self.tasks, self.gram)
