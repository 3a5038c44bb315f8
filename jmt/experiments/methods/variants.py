"""Methods of weighting as edits of one configuration, under a schedule that gives all of them what they need."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from jmt.errors import ConfigError
from jmt.experiments.variants import Tables
from jmt.training.settings.schedule import ScheduleSettings
from jmt.training.settings.training import SuccessiveRegularizationSettings, WeightingSettings
from jmt.training.weighting.methods import METHODS

_SCHEDULE = "joint"
BASELINE = "sum"
_ALWAYS = (BASELINE, "random")
"""What others are compared with: the sum of the losses, and weights that know nothing."""


def check_methods(names: Sequence[str]) -> list[str]:
    """Return the methods to compare, the two that are always among them first.

    Raises:
        ConfigError: a method that does not exist, with the nearest one.
    """
    for name in names:
        if name not in METHODS:
            near = get_close_matches(name, METHODS, n=1)
            hint = f"did you mean `{near[0]}`? " if near else ""
            raise ConfigError(f"--methods: no `{name}`; {hint}known are {', '.join(METHODS)}")
    return list(dict.fromkeys([*_ALWAYS, *names]))


def on_joint(tables: Mapping[str, Any]) -> tuple[Tables, list[str]]:
    """Put a resolved configuration under schedule `joint`; return it with what was changed, a sentence each.

    Raises:
        ConfigError: a single task, which leaves nothing to weigh.
    """
    if len(tables["task"]) < 2:
        raise ConfigError("--methods: a single task leaves nothing to weigh; the configuration needs two or more")
    changed = copy.deepcopy(dict(tables))
    notes: list[str] = []
    training = changed["training"]
    if training["schedule"] != _SCHEDULE or training["phase"]:
        before = " then ".join(f"`{phase['schedule']}`" for phase in training["phase"]) or f"`{training['schedule']}`"
        lost = _dropped_keys(training)
        for key in (*ScheduleSettings.model_fields, "phase", "successive_regularization"):
            training.pop(key, None)
        training["schedule"] = _SCHEDULE
        notes.append(
            f"training.schedule was {before} and is `{_SCHEDULE}` here: methods that combine gradients need all tasks "
            "in every step; the learning rate that the grid starts from is still the configuration's."
        )
        if lost:
            notes.append(f"Dropped, as under `{_SCHEDULE}` they mean nothing: {', '.join(lost)}.")
    weighed = [f"task.{name}.weight = {task['weight']:g}" for name, task in changed["task"].items() if "weight" in task]
    if weighed:
        notes.append(f"Dropped, so that all methods are given the same losses: {', '.join(weighed)}.")
    for task in changed["task"].values():
        task.pop("weight", None)
    return changed, notes


def _dropped_keys(training: Mapping[str, Any]) -> list[str]:
    """Name the keys of a schedule that say something and go with it."""
    plain = ScheduleSettings().model_dump(mode="json", exclude_none=True)
    lost = [
        f"training.{key}"
        for key in ScheduleSettings.model_fields
        if key != "schedule" and training.get(key) != plain.get(key)
    ]
    if training["phase"]:
        lost.append("training.phase")
    if training["successive_regularization"] != SuccessiveRegularizationSettings().model_dump(mode="json"):
        lost.append("training.successive_regularization")
    return lost


def at_rate(tables: Mapping[str, Any], factor: float) -> Tables:
    """Take the configuration's learning rate times a factor."""
    changed = copy.deepcopy(dict(tables))
    changed["training"]["optimizer"]["learning_rate"] *= factor
    return changed


def has_own_rate(method: str) -> bool:
    """Whether a method learns weights, at a rate of its own."""
    return "learning_rate" in METHODS[method].keys


def own_rate(tables: Mapping[str, Any]) -> float:
    """Return the rate at which the method's weights are learned."""
    return float(tables["training"]["weighting"].get("learning_rate", WeightingSettings().learning_rate))


def at_own_rate(tables: Mapping[str, Any], factor: float) -> Tables:
    """Take the rate at which the method's weights are learned, times a factor."""
    changed = copy.deepcopy(dict(tables))
    changed["training"]["weighting"]["learning_rate"] = factor * own_rate(tables)
    return changed


def with_method(tables: Mapping[str, Any], method: str) -> Tables:
    """Take one method; of `[training.weighting]` it keeps the keys that the method reads."""
    changed = copy.deepcopy(dict(tables))
    plain = WeightingSettings().model_dump(mode="json", exclude_none=True)
    given = changed["training"]["weighting"]
    kept = {key: value for key, value in given.items() if key in METHODS[method].keys and value != plain.get(key)}
    changed["training"]["weighting"] = {"method": method, **kept}
    return changed
