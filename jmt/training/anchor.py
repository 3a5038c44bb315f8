"""Staying near a snapshot: delta ||theta - theta'||^2 and the pull that it exerts."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Anchor:
    """A snapshot theta' of some parameters, with the strength delta that holds each of them near it."""

    def __init__(self, values: Mapping[str, Tensor], deltas: Mapping[str, float]) -> None:
        self.values = dict(values)
        self.deltas = dict(deltas)

    @classmethod
    def take(cls, parameters: Mapping[str, nn.Parameter], deltas: Mapping[str, float]) -> Anchor:
        """Copy the parameters that have a delta above zero as they are now."""
        held = {name: delta for name, delta in deltas.items() if delta > 0}
        return cls({name: parameters[name].detach().clone() for name in held}, held)

    def penalty(self, parameters: Mapping[str, nn.Parameter]) -> Tensor:
        """Return the sum of delta ||theta - theta'||^2, a scalar; its gradient is 2 delta (theta - theta')."""
        terms = [
            delta * (parameters[name] - self.values[name]).square().sum() for name, delta in self.deltas.items()
        ]
        return torch.stack(terms).sum() if terms else torch.zeros(())

    def pull(self, parameters: Mapping[str, nn.Parameter], learning_rate: float) -> None:
        """Move theta to theta - 2 lr delta (theta - theta'), one gradient step on the penalty alone.

        Called before the optimizer's step with gradients taken at the same point, so that under SGD both together
        are exactly one step on loss plus penalty, and under Adam the pull stays free of its moments (as decoupled
        weight decay does).  Clipping does not see it.
        """
        with torch.no_grad():
            for delta in set(self.deltas.values()):
                names = [name for name, other in self.deltas.items() if other == delta]
                torch._foreach_lerp_(
                    [parameters[name].data for name in names],
                    [self.values[name] for name in names],
                    min(1.0, 2 * learning_rate * delta),
                )
