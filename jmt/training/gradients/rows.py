"""The gradient of every task by itself, then combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from jmt.training.diagnosis import Diagnosis, diagnose
from jmt.training.gradients.base import Again
from jmt.training.gradients.blocks import Block, blocks_of
from jmt.training.settings.training import WeightingSettings
from jmt.training.weighting import RowWeighting


class RowGradients:
    """The gradient of every task by itself, one backward pass each; then a weighted sum of these rows.

    Parameters are taken in blocks, each reached by the same tasks.  A block of one task gets its plain gradient
    (algorithm 2 of Sener and Koltun 2018), or with `heads` = scaled its weight; in blocks of several, a task outside
    the block has no row: a row of zeros would tell a method that the task objects to every direction.
    """

    def __init__(
        self,
        weighting: RowWeighting,
        tasks: Sequence[str],
        parameters: Mapping[str, nn.Parameter],
        settings: WeightingSettings,
    ) -> None:
        self.weighting, self.settings = weighting, settings
        self.tasks = list(tasks)
        self.parameters = dict(parameters)
        self.begin(0.0)

    def begin(self, done: float) -> None:
        """Start with no rows."""
        self.rows: dict[str, dict[str, Tensor]] = {task: {} for task in self.tasks}
        self.losses = dict.fromkeys(self.tasks, 0.0)
        self.weights: Mapping[str, float] = dict.fromkeys(self.tasks, 1.0)
        self.gram = torch.zeros(len(self.tasks), len(self.tasks), dtype=torch.float64)

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        """Add the gradient of each task to its row."""
        learning = {name: parameter for name, parameter in self.parameters.items() if parameter.requires_grad}
        for number, (task, loss) in enumerate(losses.items(), 1):
            found = torch.autograd.grad(
                share * loss, list(learning.values()), retain_graph=number < len(losses), allow_unused=True
            )
            row = self.rows[task]
            for name, gradient in zip(learning, found, strict=True):
                if gradient is not None:
                    row[name] = row[name] + gradient if name in row else gradient
            self.losses[task] += share * float(loss.detach())

    def finish(self) -> None:
        """Combine the rows of every block; numbers that are not finite are left for the trainer to find."""
        blocks = blocks_of(self.rows, self.parameters)
        grams = [block.gram() for block in blocks]
        numbers = torch.cat([self._values(self.losses), *(gram.flatten() for gram in grams)])
        finite = bool(numbers.isfinite().all())
        weights = self._weights(blocks, grams) if finite else [self.weights] * len(blocks)
        for number, block in enumerate(blocks):
            block.write(self.parameters, [weights[number][task] for task in block.tasks])

    def after_step(self, again: Again) -> None:
        """Let the weighting hear what it weighed, and if it asks, what became of it."""
        self.weighting.after_step(self._values(self.losses), self.gram, lambda: self._values(again()))

    def diagnosis(self) -> Diagnosis:
        """Return the weights, and how the gradients lie to each other."""
        return diagnose(self.weights, self.tasks, self.gram)

    def _values(self, losses: Mapping[str, float]) -> Tensor:
        return torch.tensor([losses[task] for task in self.tasks], dtype=torch.float64)

    def _weights(self, blocks: Sequence[Block], grams: Sequence[Tensor]) -> list[Mapping[str, float]]:
        """Return the weights of the tasks in every block."""
        plain = dict.fromkeys(self.tasks, 1.0)
        shared = [number for number, block in enumerate(blocks) if len(block.tasks) > 1]
        widest = max((len(blocks[number].tasks) for number in shared), default=0)
        trunk = [number for number in shared if len(blocks[number].tasks) == widest]
        if self.settings.shared is not None:
            grams = [block.gram_at(self.settings.shared) for block in blocks]
        whole = [self._whole(block, gram) for block, gram in zip(blocks, grams, strict=True)]
        chosen = trunk if self.settings.scope == "trunk" else shared
        self.gram = torch.stack([torch.zeros_like(self.gram), *(whole[number] for number in chosen)]).sum(dim=0)
        joint = self.weights = self._solve(self.gram)
        own = joint if self.weighting.of_losses or self.settings.heads == "scaled" else plain
        if self.settings.scope == "block":
            return [self._solve(whole[number]) if number in shared else own for number in range(len(blocks))]
        return [joint if number in shared else own for number in range(len(blocks))]

    def _whole(self, block: Block, gram: Tensor) -> Tensor:
        """Return the inner products of a block as a matrix of all tasks (T, T); zero where a task does not reach it."""
        index = torch.tensor([self.tasks.index(task) for task in block.tasks])
        whole = torch.zeros_like(self.gram)
        whole[index[:, None], index] = gram
        return whole

    def _solve(self, gram: Tensor) -> dict[str, float]:
        """Ask the method for the weights of the tasks."""
        weights = self.weighting.weights(self._values(self.losses), gram)
        length = float((weights @ gram @ weights).clamp_min(0).sqrt())
        if self.settings.rescale and length > 0:
            lengths = gram.diagonal().sqrt()
            weights = weights * float(lengths[lengths > 0].mean()) / length
        return dict(zip(self.tasks, weights.tolist(), strict=True))
