"""The batches of an epoch's steps, in order: every group goes through its own endless row of shuffled rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jmt.training.batches.task import TrainingTask
from jmt.training.schedules import Step

Drawn = dict[str, tuple[list[int], int]]
"""Group to the indices of its batch and the number of its round, 1 = first."""


class BatchSupply:
    """Deals batches: each group goes on where `dealt`, the batches it had in earlier epochs, left it.

    Over the rounds every example is seen equally often, also where an epoch does not have all batches of a group.
    """

    def __init__(
        self, tasks: Mapping[str, TrainingTask], steps: Sequence[Step], seed: int, dealt: Mapping[str, int]
    ) -> None:
        self.tasks, self.steps, self.seed = tasks, steps, seed
        self.numbers = {group: dealt.get(group, 0) for group in tasks}
        """How many batches each group has had since training began."""
        self.position = 0
        self._rounds: dict[str, tuple[int, list[list[int]]]] = {}

    def skip(self, steps: int) -> None:
        """Go on as if steps had been dealt."""
        for step in self.steps[self.position : self.position + steps]:
            for group in step.groups:
                self.numbers[group] += 1
        self.position += steps

    def next(self) -> Drawn:
        """Deal the batches of the next step."""
        drawn = {group: self._deal(group) for group in self.steps[self.position].groups}
        self.position += 1
        return drawn

    def _deal(self, group: str) -> tuple[list[int], int]:
        task, number = self.tasks[group], self.numbers[group]
        self.numbers[group] += 1
        round_, place = number // task.batch_count + 1, number % task.batch_count
        if self._rounds.get(group, (0, []))[0] != round_:
            self._rounds[group] = (round_, task.batches(self.seed, round_))
        return self._rounds[group][1][place], round_
