"""Which corpus's batch comes next."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.training.schedules.base import ALL, Schedule, Step
from jmt.training.schedules.mixed import GroupedSchedule, JointSchedule, SampledSchedule
from jmt.training.schedules.phases import PhasedSchedule
from jmt.training.schedules.sampling import Shares
from jmt.training.schedules.successive import CurriculumSchedule, RandomOrderSchedule, SuccessiveSchedule
from jmt.training.settings.schedule import ScheduleSettings
from jmt.training.settings.training import TrainingSettings

__all__ = ["ALL", "Schedule", "Step", "build_schedule"]

_PASSES = {"cascade": SuccessiveSchedule, "random": RandomOrderSchedule, "curriculum": CurriculumSchedule}


def build_schedule(settings: TrainingSettings, groups: Mapping[str, list[str]], seed: int) -> Schedule:
    """Build the schedule that `[training]` describes, for groups of tasks, each named by its lowest one."""
    if settings.phase:
        return PhasedSchedule(
            [(phase.epochs, _build_one(phase, groups, phase.epochs, seed)) for phase in settings.phase]
        )
    return _build_one(settings, groups, settings.epochs, seed)


def _build_one(settings: ScheduleSettings, groups: Mapping[str, list[str]], epochs: int, seed: int) -> Schedule:
    """Build the schedule of so many epochs."""
    shares = Shares(settings.sampling, groups, epochs)
    if settings.schedule == "joint":
        return JointSchedule()
    if settings.schedule == "grouped":
        sets = [tuple(name for name in groups if set(groups[name]) & set(tasks)) for tasks in settings.groups]
        return GroupedSchedule(sets, seed)
    if settings.schedule == "successive":
        return _PASSES[settings.order](list(groups), shares, replay=settings.replay, seed=seed)
    return SampledSchedule(shares, seed)
