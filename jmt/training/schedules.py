"""Which task's batch comes next: the steps of an epoch, a function of the seed and the epoch alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from jmt.training.seeds import derive_seed


class Schedule(Protocol):
    """Plans an epoch."""

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[str]:
        """Return the task of every step of an epoch, given how many batches each task's corpus makes."""


class SuccessiveSchedule:
    """All of one task's data, then all of the next one's, from the bottom up (section 3 of Hashimoto et al. 2017)."""

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks = list(tasks)

    def order(self, epoch: int) -> list[str]:
        """Return the tasks in the order of their passes."""
        return self.tasks

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[str]:
        """Return each task as often as it has batches."""
        return [task for task in self.order(epoch) for _ in range(batches[task])]


class RandomOrderSchedule(SuccessiveSchedule):
    """Successive passes whose order is shuffled for every epoch (the paper's "Random" ablation, table 10)."""

    def __init__(self, tasks: Sequence[str], seed: int) -> None:
        super().__init__(tasks)
        self.seed = seed

    def order(self, epoch: int) -> list[str]:
        """Return the tasks in this epoch's order."""
        generator = np.random.default_rng(derive_seed(self.seed, "order", epoch))
        return [self.tasks[index] for index in generator.permutation(len(self.tasks))]


def build_schedule(order: str, tasks: Sequence[str], seed: int) -> Schedule:
    """Build the schedule that `training.order` names."""
    return RandomOrderSchedule(tasks, seed) if order == "random" else SuccessiveSchedule(tasks)
