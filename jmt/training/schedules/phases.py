"""One schedule after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jmt.training.schedules.base import Schedule, Step


class PhasedSchedule:
    """Each schedule for so many epochs; in each, its epochs count from 1."""

    def __init__(self, phases: Sequence[tuple[int, Schedule]]) -> None:
        self.phases = phases

    def steps(self, epoch: int, batches: Mapping[str, int], left: Mapping[str, float]) -> list[Step]:
        """Return the steps that the epoch's phase plans."""
        for epochs, schedule in self.phases[:-1]:
            if epoch <= epochs:
                return schedule.steps(epoch, batches, left)
            epoch -= epochs
        return self.phases[-1][1].steps(epoch, batches, left)
