"""What a task hands over to the one that is trained after it: the weights that it has found, to start from.

Pentina, Sharmanska and Lampert (CVPR 2015) learn tasks one after the other, each near the solution of the one before.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import nn

from jmt.network.model import JointModel
from jmt.network.parts import copies_at


class HandsOver(Protocol):
    """Decides what the copies of a task start from."""

    def start_pass(self, task: str, previous: str | None) -> None:
        """Prepare a pass of a task; `previous` had the pass before, if there was any."""
        ...


class KeepsOwn:
    """The neutral choice: every task starts from initial values of its own."""

    def start_pass(self, task: str, previous: str | None) -> None:
        """Change nothing."""


class HandOver:
    """In the first epoch a task's copies of levels begin as those of the task before it, where both have one."""

    def __init__(self, model: JointModel) -> None:
        self._levels: list[dict[str, nn.Module]] = [
            copies_at(model, level) for level in range(1, model.config.levels + 1)
        ]

    @torch.no_grad()
    def start_pass(self, task: str, previous: str | None) -> None:
        """Give a task the weights of the one before."""
        for copies in self._levels:
            if task in copies and previous in copies and task != previous:
                copies[task].load_state_dict(copies[previous].state_dict())
