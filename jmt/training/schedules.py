"""Which corpus's batch comes next: the steps of an epoch, a function of the seed and the epoch alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from jmt.training.seeds import derive_seed
from jmt.training.settings import TrainingSettings

ALL = "all"
"""What the pass of an epoch is called in which tasks are mixed."""


class Step(NamedTuple):
    """One update."""

    groups: tuple[str, ...]
    """The groups whose batches it is made of, each named by its lowest task."""
    of_pass: str
    """The task whose pass it belongs to."""


class Schedule(Protocol):
    """Plans an epoch."""

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return every step of an epoch, given how many batches each group's corpus makes.

        Each group is drawn equally often in every epoch.
        """


class SuccessiveSchedule:
    """All of one task's data, then all of the next one's, from the bottom up (section 3 of Hashimoto et al. 2017).

    With `replay`, every pass is mixed with that share of steps of the other tasks, so that they are not forgotten.
    """

    def __init__(self, tasks: Sequence[str], *, replay: float = 0.0, temperature: float = 1.0, seed: int = 0) -> None:
        self.tasks, self.replay, self.temperature, self.seed = list(tasks), replay, temperature, seed

    def order(self, epoch: int) -> list[str]:
        """Return the tasks in the order of their passes."""
        return self.tasks

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return each task as often as it has batches, and what is replayed among them."""
        return [step for task in self.order(epoch) for step in self._pass(task, epoch, batches)]

    def _pass(self, task: str, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        others = {other: batches[other] for other in self.tasks if other != task}
        counts = shares(others, round(self.replay * batches[task]), self.temperature) if others else {}
        replayed = [other for other, count in counts.items() for _ in range(count)]
        steps = [Step((name,), task) for name in [task] * batches[task] + replayed]
        if not replayed:
            return steps
        generator = np.random.default_rng(derive_seed(self.seed, "replay", task, epoch))
        return [steps[index] for index in generator.permutation(len(steps))]


def shares(batches: Mapping[str, int], steps: int, temperature: float) -> dict[str, int]:
    """Divide steps among groups in proportion to n^(1 / temperature), n their batches (METHODS.md R1); exactly."""
    weights = np.array(list(batches.values()), dtype=float) ** (1 / temperature)
    exact = weights / weights.sum() * steps
    counts = np.floor(exact).astype(int)
    for place in np.argsort(counts - exact, kind="stable")[: steps - counts.sum()]:
        counts[place] += 1  # what rounding left over goes to the largest remainders
    return dict(zip(batches, counts.tolist(), strict=True))


class RandomOrderSchedule(SuccessiveSchedule):
    """Successive passes whose order is shuffled for every epoch (the paper's "Random" ablation, table 10)."""

    def order(self, epoch: int) -> list[str]:
        """Return the tasks in this epoch's order."""
        generator = np.random.default_rng(derive_seed(self.seed, "order", epoch))
        return [self.tasks[index] for index in generator.permutation(len(self.tasks))]


class SampledSchedule:
    """A corpus is drawn for every step; an epoch has as many steps as all corpora have batches."""

    def __init__(self, temperature: float, seed: int) -> None:
        self.temperature, self.seed = temperature, seed

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return the groups in an order drawn for this epoch: shares are exact, not only expected."""
        counts = shares(batches, sum(batches.values()), self.temperature)
        drawn = [group for group, count in counts.items() for _ in range(count)]
        generator = np.random.default_rng(derive_seed(self.seed, "order", epoch))
        return [Step((drawn[index],), ALL) for index in generator.permutation(len(drawn))]


class JointSchedule:
    """Every step has a batch of every corpus; an epoch passes over the largest once, over smaller ones again."""

    def steps(self, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        """Return all groups as often as the largest has batches."""
        return [Step(tuple(batches), ALL)] * max(batches.values())


def build_schedule(settings: TrainingSettings, groups: Sequence[str], seed: int) -> Schedule:
    """Build the schedule that `training.schedule` names, for groups named by their lowest tasks."""
    sampling = settings.sampling
    temperature = {"proportional": 1.0, "uniform": math.inf, "temperature": sampling.temperature}[sampling.by]
    if settings.schedule == "joint":
        return JointSchedule()
    if settings.schedule == "sampled":
        return SampledSchedule(temperature, seed)
    kind = RandomOrderSchedule if settings.order == "random" else SuccessiveSchedule
    return kind(groups, replay=settings.replay, temperature=temperature, seed=seed)
