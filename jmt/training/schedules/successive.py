"""One task after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jmt.training.schedules.base import Step
from jmt.training.schedules.sampling import Shares
from jmt.training.seeds import derive_seed


class SuccessiveSchedule:
    """All of one task's data, then all of the next one's, from the bottom up (section 3 of Hashimoto et al. 2017).

    With `replay`, every pass is mixed with that share of steps of the other tasks, so that they are not forgotten.
    """

    def __init__(self, tasks: Sequence[str], shares: Shares, *, replay: float = 0.0, seed: int = 0) -> None:
        self.tasks, self.shares, self.replay, self.seed = list(tasks), shares, replay, seed

    def order(self, epoch: int, left: Mapping[str, float]) -> list[str]:
        """Return the tasks in the order of their passes."""
        return self.tasks

    def steps(self, epoch: int, batches: Mapping[str, int], left: Mapping[str, float]) -> list[Step]:
        """Return each task as often as it has batches, and what is replayed among them."""
        return [
            step for task in self.order(epoch, left) if task in batches for step in self._pass(task, epoch, batches)
        ]

    def _pass(self, task: str, epoch: int, batches: Mapping[str, int]) -> list[Step]:
        others = {other: batches[other] for other in self.tasks if other != task and other in batches}
        counts = self.shares.divide(round(self.replay * batches[task]), epoch, others) if others else {}
        replayed = [other for other, count in counts.items() for _ in range(count)]
        steps = [Step((name,), task) for name in [task] * batches[task] + replayed]
        if not replayed:
            return steps
        generator = np.random.default_rng(derive_seed(self.seed, "replay", task, epoch))
        return [steps[index] for index in generator.permutation(len(steps))]


class RandomOrderSchedule(SuccessiveSchedule):
    """Successive passes whose order is shuffled for every epoch (the paper's "Random" ablation, table 10)."""

    def order(self, epoch: int, left: Mapping[str, float]) -> list[str]:
        """Return the tasks in this epoch's order."""
        generator = np.random.default_rng(derive_seed(self.seed, "order", epoch))
        return [self.tasks[index] for index in generator.permutation(len(self.tasks))]


class CurriculumSchedule(SuccessiveSchedule):
    """Successive passes, easy tasks first: those whose loss has fallen furthest (after Pentina et al., CVPR 2015).

    The first two epochs go from the bottom up, until it is known how tasks learn.
    """

    def order(self, epoch: int, left: Mapping[str, float]) -> list[str]:
        """Return the tasks by what is left of their loss."""
        return sorted(self.tasks, key=lambda task: left.get(task, 1.0))
