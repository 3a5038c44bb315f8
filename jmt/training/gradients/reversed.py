"""Adversarial tasks: their heads learn to predict what the rest of the network learns to hide (Ganin et al. 2016)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from jmt.network.parts import head_of
from jmt.training.diagnosis import Diagnosis
from jmt.training.gradients.base import Again, Gradients

_STEEPNESS = 10.0
"""gamma of the schedule of lambda."""


def reversal_strength(most: float, done: float) -> float:
    """Return lambda = most (2 / (1 + exp(-10 p)) - 1) after a share p of training: zero at the start."""
    return most * (2 / (1 + math.exp(-_STEEPNESS * done)) - 1)


class ReversedGradients:
    """Gives an adversary's head its gradient, and all below it the gradient times -lambda.

    The other tasks are weighed and combined by `inner`, which never sees an adversary: what lowers its loss is not
    wanted, and a method that respects every task would take the wrong side.
    """

    def __init__(
        self, inner: Gradients, adversaries: Mapping[str, float], parameters: Mapping[str, nn.Parameter]
    ) -> None:
        self.inner, self.adversaries, self.parameters = inner, dict(adversaries), dict(parameters)
        self.done = 0.0
        self.rows: dict[str, Tensor] = {}

    def begin(self, done: float) -> None:
        """Start a step after a share of training."""
        self.done, self.rows = done, {}
        self.inner.begin(done)

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        """Keep the gradients of adversaries aside, and hand the others on."""
        others = {task: loss for task, loss in losses.items() if task not in self.adversaries}
        against = [(task, loss) for task, loss in losses.items() if task in self.adversaries]
        for number, (task, loss) in enumerate(against, 1):
            self._keep(task, share * loss, last=not others and number == len(against))
        if others:
            self.inner.add(others, share)

    def _keep(self, task: str, loss: Tensor, *, last: bool) -> None:
        learning = {name: value for name, value in self.parameters.items() if value.requires_grad}
        found = torch.autograd.grad(loss, list(learning.values()), retain_graph=not last, allow_unused=True)
        strength = reversal_strength(self.adversaries[task], self.done)
        for name, gradient in zip(learning, found, strict=True):
            if gradient is not None:
                own = gradient if head_of(name) == task else -strength * gradient
                self.rows[name] = self.rows[name] + own if name in self.rows else own

    def finish(self) -> None:
        """Combine the others, and add what adversaries want."""
        self.inner.finish()
        for name, row in self.rows.items():
            parameter = self.parameters[name]
            parameter.grad = row if parameter.grad is None else parameter.grad + row

    def after_step(self, again: Again) -> None:
        """Adversaries have no part in it."""
        self.inner.after_step(again)

    def diagnosis(self) -> Diagnosis:
        """Return what is known of the others."""
        return self.inner.diagnosis()
