"""What a weighting is: losses, or losses and inner products of gradients, in; weights out.  It sees no model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn


class Weighting(nn.Module):
    """How much each task counts; its state is its parameters and buffers (float32 or whole numbers), all of it."""

    def start_step(self, seed: int) -> None:
        """Prepare for a step; all that is random in it is a function of `seed`."""

    def end_epoch(self, losses: Mapping[str, float]) -> None:
        """Hear the mean loss of every task over an epoch."""

    def task_weights(self) -> dict[str, float]:
        """Return what each task's loss is multiplied by at present, for the log."""
        return {}


class LossWeighting(Weighting):
    """A weighted sum whose weights are known before the losses are: tasks can be handed over one after the other.

    What it learns are its parameters, by gradient.
    """

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Return one scalar from the scalar losses of some tasks of a step."""
        raise TypeError(f"{type(self).__name__} is abstract")


class RowWeighting(Weighting):
    """Weights that follow from the losses of all T tasks of one step, or from the gradients of all of them."""

    of_losses: ClassVar[bool] = False
    """Whether it is the losses that are weighed, and so the parameters of one task alone, too."""

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return the weights (T,) of the gradients, from losses (T,) and inner products of gradients (T, T).

        Both are float64 and on the CPU.  A task that does not reach the parameters in question has a row of zeros,
        which means that it has no say, and not that it objects to every direction.
        """
        raise TypeError(f"{type(self).__name__} is abstract")

    def after_step(self, losses: Tensor, gram: Tensor, again: Callable[[], Tensor]) -> None:
        """Learn from the step; `again` computes the losses (T,) anew, on the same batches with the same dropout."""


def among_reaching(gram: Tensor, rule: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Return the weights (T,) that a rule gives to the tasks that have a gradient, and 1 for the others.

    The rule gets their Gram matrix (K, K) and their numbers (K,).
    """
    numbers = (gram.diagonal() > 0).nonzero().flatten()
    weights = torch.ones(len(gram), dtype=gram.dtype)
    if len(numbers):
        weights[numbers] = rule(gram[numbers[:, None], numbers], numbers)
    return weights
