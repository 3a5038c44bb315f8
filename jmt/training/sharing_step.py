"""After every update the copies of a level are drawn together, as `[sharing.levelN]` says."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from jmt.network.model import JointModel
from jmt.network.parts import copies_at
from jmt.training.settings.sharing import SharingSettings
from jmt.training.sharing import NONE, Copies, Tie, build_tie


class SharingStep(nn.Module):
    """The ties of all levels; its state is what relations have been learned."""

    def __init__(self, model: JointModel, settings: Mapping[int, SharingSettings]) -> None:
        super().__init__()
        self.strengths = {str(level): how.strength for level, how in settings.items() if how.reg != NONE}
        self.ties = nn.ModuleDict(
            {level: build_tie(settings[int(level)], *_copies_of(model, int(level))) for level in self.strengths}
        )
        self._members = {level: _member_of(model, int(level)) for level in self.strengths}

    def apply_step(self, rates: Mapping[str, float], number: int) -> None:
        """Draw all copies together after update `number`, made at these learning rates by parameter."""
        for level, tie in self.ties.items():
            assert isinstance(tie, Tie)
            tie.apply_step(rates[self._members[level]] * self.strengths[level], number)


def _member_of(model: JointModel, level: int) -> str:
    """Return the name of some parameter of the copies of a level; all of them have one learning rate."""
    copy = next(iter(copies_at(model, level).values()))
    first = next(copy.parameters())
    return next(name for name, parameter in model.named_parameters() if parameter is first)


def _copies_of(model: JointModel, level: int) -> tuple[list[str], Copies]:
    """Return the tasks that have a copy of a level, and the copies."""
    modules = copies_at(model, level)
    tasks = list(modules)
    names = [name for name, _ in modules[tasks[0]].named_parameters()]
    return tasks, {name: [modules[task].get_parameter(name) for task in tasks] for name in names}
