"""MGDA-UB: weights from the gradients at hidden states that all tasks share (Sener and Koltun 2018, section 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from jmt.network.model import JointModel
from jmt.training.diagnosis import Diagnosis, diagnose
from jmt.training.gradients.base import Again
from jmt.training.weighting import RowWeighting


class Shared(NamedTuple):
    """The hidden states of a part of the batch, and each task's gradient there."""

    hidden: Tensor
    rows: dict[str, Tensor]


class UpperBoundGradients:
    """One backward pass per task down to the hidden states Z (B, T, H), and one for all below them.

    The weights are those for dL_t / dZ over all tokens of the batch side by side: a sum over them would let sentences
    cancel each other.  It takes one batch with labels for every task, and one level that all of them read; parameters
    above Z get their plain gradient.
    """

    def __init__(self, weighting: RowWeighting, model: JointModel, tasks: Sequence[str]) -> None:
        self.weighting, self.tasks = weighting, list(tasks)
        below = {id(parameter) for parameter in model.encoder.parameters()}
        self.above = [parameter for parameter in model.parameters() if id(parameter) not in below]
        self.latest = torch.empty(0)
        model.hidden.register_forward_hook(self._see)
        self.begin(0.0)

    def _see(self, module: nn.Module, inputs: Any, output: Tensor) -> None:
        self.latest = output

    def begin(self, done: float) -> None:
        """Start with no rows."""
        self.parts: list[Shared] = []
        self.losses = dict.fromkeys(self.tasks, 0.0)
        self.weights: Mapping[str, float] = dict.fromkeys(self.tasks, 1.0)
        self.gram = torch.zeros(len(self.tasks), len(self.tasks), dtype=torch.float64)

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        """Give the heads their gradients, and keep those at the hidden states."""
        hidden, rows = self.latest, {}
        for task, loss in losses.items():
            row, *own = torch.autograd.grad(share * loss, [hidden, *self.above], retain_graph=True, allow_unused=True)
            rows[task] = row
            for parameter, gradient in zip(self.above, own, strict=True):
                if gradient is not None:
                    parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient
            self.losses[task] += share * float(loss.detach())
        self.parts.append(Shared(hidden, rows))

    def finish(self) -> None:
        """Send the weighted sum of the rows down."""
        for part in self.parts:
            matrix = torch.stack([part.rows[task].flatten() for task in self.tasks])
            self.gram += (matrix @ matrix.T).double().cpu()
        if bool(self.gram.isfinite().all()):
            solved = self.weighting.weights(self._values(), self.gram)
            self.weights = dict(zip(self.tasks, solved.tolist(), strict=True))
        for hidden, rows in self.parts:
            total = torch.stack([self.weights[task] * row for task, row in rows.items()]).sum(dim=0)
            torch.autograd.backward([hidden], [total])

    def _values(self) -> Tensor:
        return torch.tensor([self.losses[task] for task in self.tasks], dtype=torch.float64)

    def after_step(self, again: Again) -> None:
        """Nothing is learned."""

    def diagnosis(self) -> Diagnosis:
        """Return the weights, and how the gradients at the hidden states lie to each other."""
        return diagnose(self.weights, self.tasks, self.gram)
