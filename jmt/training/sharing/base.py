"""What a sharing scheme is: something that draws the copies of a level together after every update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

Copies = Mapping[str, Sequence[nn.Parameter]]
"""The name of a parameter within a level to its copies, one per task."""


class Tie(nn.Module):
    """Draws the copies of one level together; steps are decoupled from the optimizer's, like decoupled weight decay.

    What a tie remembers from step to step is a buffer, so that a run can go on with it exactly.
    """

    def __init__(self, copies: Copies) -> None:
        super().__init__()
        self.copies = copies

    def apply_step(self, step: float, number: int) -> None:
        """Take the proximal step of size `step` = learning rate times strength, after update `number`."""
        raise TypeError(f"{type(self).__name__} is abstract")


@torch.no_grad()
def assign(members: Sequence[nn.Parameter], values: Sequence[Tensor] | Tensor) -> None:
    """Give the copies their new values."""
    for parameter, value in zip(members, values, strict=True):
        parameter.copy_(value)


def stacked(members: Sequence[nn.Parameter]) -> Tensor:
    """Return the copies as one tensor (T, ...) that no gradient passes through."""
    return torch.stack([parameter.detach() for parameter in members])


def matrices(copies: Copies) -> Copies:
    """Return the copies that are matrices, leaving out biases."""
    return {name: members for name, members in copies.items() if members[0].dim() > 1}
