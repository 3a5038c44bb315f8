"""Which corpus's batch comes next: the steps of an epoch, a function of the seed and the epoch alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from jmt.training.seeds import derive_seed
from jmt.training.settings import TrainingSettings

Step = tuple[str, ...]
"""The groups whose batches one update is made of, each named by its lowest task."""


class Schedule(Protocol):
    """Plans an epoch."""

    passes: bool
    """Whether an epoch is one pass after another, each of one group."""

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return every step of an epoch, given how many batches each group's corpus makes."""


class SuccessiveSchedule:
    """All of one task's data, then all of the next one's, from the bottom up (section 3 of Hashimoto et al. 2017)."""

    passes = True

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks = list(tasks)

    def order(self, epoch: int) -> list[str]:
        """Return the tasks in the order of their passes."""
        return self.tasks

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return each task as often as it has batches."""
        return [(task,) for task in self.order(epoch) for _ in range(batches[task])]


class RandomOrderSchedule(SuccessiveSchedule):
    """Successive passes whose order is shuffled for every epoch (the paper's "Random" ablation, table 10)."""

    def __init__(self, tasks: Sequence[str], seed: int) -> None:
        super().__init__(tasks)
        self.seed = seed

    def order(self, epoch: int) -> list[str]:
        """Return the tasks in this epoch's order."""
        generator = np.random.default_rng(derive_seed(self.seed, "order", epoch))
        return [self.tasks[index] for index in generator.permutation(len(self.tasks))]


class SampledSchedule:
    """A corpus is drawn for every step; an epoch has as many steps as all corpora have batches (METHODS.md R1)."""

    passes = False

    def __init__(self, groups: Sequence[str], temperature: float, seed: int) -> None:
        self.groups, self.temperature, self.seed = list(groups), temperature, seed

    def shares(self, batches: Mapping[str, int]) -> dict[str, int]:
        """Return how many steps of an epoch each group gets: in proportion to n^(1 / temperature)."""
        weights = np.array([batches[group] for group in self.groups], dtype=float) ** (1 / self.temperature)
        exact = weights / weights.sum() * sum(batches[group] for group in self.groups)
        counts = np.floor(exact).astype(int)
        for place in np.argsort(counts - exact, kind="stable")[: round(exact.sum()) - counts.sum()]:
            counts[place] += 1  # what rounding left over goes to the largest remainders
        return dict(zip(self.groups, counts.tolist(), strict=True))

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return the groups in an order drawn for this epoch: shares are exact, not only expected."""
        drawn = [group for group, count in self.shares(batches).items() for _ in range(count)]
        generator = np.random.default_rng(derive_seed(self.seed, "order", epoch))
        return [(drawn[index],) for index in generator.permutation(len(drawn))]


class JointSchedule:
    """Every step has a batch of every corpus; an epoch passes over the largest once, over smaller ones again."""

    passes = False

    def __init__(self, groups: Sequence[str]) -> None:
        self.groups = list(groups)

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return all groups as often as the largest has batches."""
        return [tuple(self.groups)] * max(batches.values())


def build_schedule(settings: TrainingSettings, groups: Sequence[str], seed: int) -> Schedule:
    """Build the schedule that `training.schedule` names, for groups named by their lowest tasks."""
    if settings.schedule == "joint":
        return JointSchedule(groups)
    if settings.schedule == "sampled":
        temperatures = {"proportional": 1.0, "uniform": float("inf"), "temperature": settings.sampling.temperature}
        return SampledSchedule(groups, temperatures[settings.sampling.by], seed)
    return RandomOrderSchedule(groups, seed) if settings.order == "random" else SuccessiveSchedule(groups)
