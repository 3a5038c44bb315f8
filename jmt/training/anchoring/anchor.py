"""Staying near a snapshot: delta ||theta - theta'||^2 and the pull that it exerts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

Rows = Mapping[str, Tensor]
"""Table name to the indices of the rows that a step reads."""


class Anchor:
    """A snapshot theta' of some parameters, with the strength delta that holds each of them near it.

    Word and n-gram tables have tens of thousands of rows of which a step reads a few hundred.  Rows that no step has
    read feel no gradient but their pull, which is known in closed form: n pulls shrink the distance by (1 - r)^n.  So
    the rows of `tables` are pulled when they are read next, and all of them by `settle`; the result is that of pulling
    every row in every step.
    """

    def __init__(self, values: Mapping[str, Tensor], deltas: Mapping[str, float], tables: Collection[str] = ()) -> None:
        self.values = dict(values)
        self.deltas = dict(deltas)
        self.pulled = {
            name: torch.zeros(len(values[name]), dtype=torch.long, device=values[name].device)
            for name in sorted(set(tables) & set(values))
        }
        """Per table and row, how many of the pulls so far it has felt."""
        self.pulls = 0
        self.rate = 0.0
        """Learning rate of the pulls that some rows of tables have not felt yet; one for all tables."""

    @classmethod
    def take(
        cls, parameters: Mapping[str, nn.Parameter], deltas: Mapping[str, float], tables: Collection[str] = ()
    ) -> Anchor:
        """Copy the parameters that have a delta above zero as they are now."""
        strong = {name: delta for name, delta in deltas.items() if delta > 0}
        return cls({name: parameters[name].detach().clone() for name in strong}, strong, tables)

    @classmethod
    def join(cls, first: Anchor, second: Anchor) -> Anchor:
        """Return one anchor that pulls as both do at once.

        delta ||theta - a||^2 + epsilon ||theta - b||^2 is, but for a constant, (delta + epsilon) ||theta - m||^2 with
        m = (delta a + epsilon b) / (delta + epsilon).  Late pulls of a row to a and then to b would not be that.
        """
        if not (first.values and second.values):
            return first if first.values else second
        values, deltas = {**first.values, **second.values}, {**first.deltas, **second.deltas}
        for name in first.values.keys() & second.values.keys():
            deltas[name] = first.deltas[name] + second.deltas[name]
            values[name] = torch.lerp(first.values[name], second.values[name], second.deltas[name] / deltas[name])
        return cls(values, deltas, {*first.pulled, *second.pulled})

    def to(self, device: str | torch.device) -> Anchor:
        """Return the same anchor, with what it has pulled so far, on a device."""
        moved = Anchor({name: value.to(device) for name, value in self.values.items()}, self.deltas)
        moved.restore_pulls({name: felt.to(device) for name, felt in self.pulled.items()}, self.pulls, self.rate)
        return moved

    def restore_pulls(self, pulled: Mapping[str, Tensor], pulls: int, rate: float) -> None:
        """Go on after `pulls` pulls, the last of them at `rate`, of which each row has felt as many as `pulled` has."""
        self.pulled, self.pulls, self.rate = dict(pulled), pulls, rate

    def penalty(self, parameters: Mapping[str, nn.Parameter]) -> Tensor:
        """Return the sum of delta ||theta - theta'||^2, a scalar; its gradient is 2 delta (theta - theta')."""
        terms = [delta * (parameters[name] - self.values[name]).square().sum() for name, delta in self.deltas.items()]
        return torch.stack(terms).sum() if terms else torch.zeros(())

    @torch.no_grad()
    def pull(self, parameters: Mapping[str, nn.Parameter], rates: Mapping[str, float], rows: Rows) -> None:
        """Move theta to theta - 2 lr delta (theta - theta'), one gradient step on the penalty alone, lr by parameter.

        Called before the optimizer's step with gradients taken at the same point, so that under SGD both together
        are exactly one step on loss plus penalty, and under Adam the pull stays free of its moments (as decoupled
        weight decay does).  Clipping does not see it.
        """
        rate = max((rates[name] for name in self.pulled), default=0.0)
        if self.pulls and rate != self.rate:
            self.settle(parameters)  # the closed form of late pulls knows one rate
        self.rate = rate
        self.pulls += 1
        alike: dict[float, list[str]] = {}
        for name, delta in self.deltas.items():
            if name not in self.pulled:
                alike.setdefault(strength(rates[name], delta), []).append(name)
        for share, names in sorted(alike.items()):
            torch._foreach_lerp_(
                [parameters[name].data for name in names], [self.values[name] for name in names], share
            )
        self.catch_up(parameters, rows)

    @torch.no_grad()
    def catch_up(self, parameters: Mapping[str, nn.Parameter], rows: Rows) -> None:
        """Give rows of the tables the pulls that they have not felt yet; needed before a step reads them."""
        for name, indices in rows.items():
            if name not in self.pulled:
                continue
            missed = self.pulls - self.pulled[name].index_select(0, indices)
            felt = 1 - (1 - strength(self.rate, self.deltas[name])) ** missed.float()
            table = parameters[name].data
            rows_now = table.index_select(0, indices)  # index_select and index_copy_ move whole rows, indexing does not
            rows_now.lerp_(self.values[name].index_select(0, indices), felt.unsqueeze(-1))
            table.index_copy_(0, indices, rows_now)
            self.pulled[name].index_fill_(0, indices, self.pulls)

    def settle(self, parameters: Mapping[str, nn.Parameter]) -> None:
        """Give every row the pulls that it has not felt yet; needed at the end of a pass."""
        self.catch_up(
            parameters, {name: torch.arange(len(felt), device=felt.device) for name, felt in self.pulled.items()}
        )


def strength(rate: float, delta: float) -> float:
    """Return the share of the way to its snapshot that a pull moves a parameter."""
    return min(1.0, 2 * rate * delta)
