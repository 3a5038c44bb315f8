"""What a step of one task would do to the losses of the others: TAG's lookahead affinity (Fifty et al. 2021)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from jmt.training.gradients.base import Again
from jmt.training.gradients.rows import RowGradients
from jmt.training.settings.training import WeightingSettings
from jmt.training.trainer import Trainer
from jmt.training.weighting import RowWeighting

_PROBES = 50
"""Steps of a run that are looked ahead from, evenly over all of it."""


class PlainRows(RowWeighting):
    """Every task's gradient as it is: the update is that of the sum of the losses."""

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return ones (T,)."""
        return torch.ones_like(losses)


class LookaheadGradients(RowGradients):
    """Plain rows; now and then it also tries a step of each task alone, on the same batches with the same dropout.

    Z_{i->j} = 1 - L_j(theta - lr g_i) / L_j(theta) is above zero where a step of task i alone lowers the loss of task
    j.  The step is plain gradient descent at the present learning rate, clipped at `limit`, of the parameters that
    several tasks reach; the update that is made in truth is not changed by looking.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        parameters: Mapping[str, nn.Parameter],
        *,
        rate: Callable[[], float | None],
        limit: float,
    ) -> None:
        self.rate, self.limit = rate, limit
        self.affinity: dict[str, dict[str, float]] | None = None
        super().__init__(PlainRows(), tasks, parameters, WeightingSettings())

    def begin(self, done: float) -> None:
        """Start with no rows."""
        super().begin(done)
        self.affinity = None
        self.before: dict[str, Tensor] = {}
        """All that some task reaches, heads included, as it was before the step."""
        self.shared: set[str] = set()

    def finish(self) -> None:
        """Combine the rows; where it is time, remember where the step starts from."""
        super().finish()
        if self.rate() is not None:
            reached = Counter(name for row in self.rows.values() for name in row)
            self.before = {name: self._copy(name) for name in reached}
            self.shared = {name for name, count in reached.items() if count > 1}

    def after_step(self, again: Again) -> None:
        """Try a step of each task from where this one started, and put the parameters back where it led."""
        super().after_step(again)
        rate = self.rate()
        if rate is None or not self.before:
            return
        after = {name: self._copy(name) for name in self.before}
        self.affinity = {}
        for task in (task for task in self.tasks if self.rows[task]):
            self._put(self.before)
            self._move(self.rows[task], rate)
            losses = again()
            felt = {other: 1 - losses[other] / self.losses[other] for other in losses if self.losses[other]}
            self.affinity[task] = {other: value for other, value in felt.items() if math.isfinite(value)}
        self._put(after)

    def _move(self, row: Mapping[str, Tensor], rate: float) -> None:
        """Follow one task's gradient on the shared parameters."""
        shared = {name: gradient for name, gradient in row.items() if name in self.shared}
        length = math.hypot(*(float(torch.linalg.vector_norm(_values_of(gradient))) for gradient in shared.values()))
        step = rate * min(1.0, self.limit / length) if length > 0 else 0.0
        with torch.no_grad():
            for name, gradient in shared.items():
                self.parameters[name].add_(gradient, alpha=-step)

    def _copy(self, name: str) -> Tensor:
        return self.parameters[name].detach().clone()

    def _put(self, values: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, value in values.items():
                self.parameters[name].copy_(value)


def _values_of(gradient: Tensor) -> Tensor:
    """Return the numbers of a gradient, of a sparse one those that are there."""
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def look_ahead(trainer: Trainer) -> LookaheadGradients:
    """Let a trainer whose tasks are all in every step compute gradients row by row, and look ahead now and then."""
    steps = trainer.settings.epochs * max(trainer.tasks[group].step_count for group in trainer.groups)
    every = max(1, steps // _PROBES)
    gradients = LookaheadGradients(
        list(trainer.model.heads),
        trainer.stepper.parameters,
        rate=lambda: trainer.stepper.optimizers.rate if trainer.progress.step % every == 0 else None,
        limit=max(task.clip_norm for task in trainer.tasks.values()),
    )
    trainer.stepper.compute_gradients_by(gradients)
    return gradients
