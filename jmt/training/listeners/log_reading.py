"""The log of a run, read: every line is checked before anything is computed from it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jmt.errors import InputError

_LARGEST = 1e100
"""Of a score; what is larger is no score, and its square would be beyond every number."""

_LONGEST_SHOWN = 60


def read_events(path: Path, *, remedy: str = "Mend the line, or leave this log out") -> list[dict[str, Any]]:
    """Return the lines of a log; a last one that is cut off is left out: the run was killed there, or still writes.

    `remedy` ends the message about a line that is no event.

    Raises:
        InputError: any other line that is no event, naming file and line.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = text.splitlines()
    events: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            events.append(_event_of(line))
        except (ValueError, RecursionError) as error:
            if isinstance(error, json.JSONDecodeError) and number == len(lines) and not text.endswith("\n"):
                break
            raise InputError(f"{path}:{number}: damaged: not an event of a run's log: {error}. {remedy}") from None
    return events


def check_scores(found: Any) -> None:
    """Raise a ValueError that says what is wrong, where something is no table of tables of finite numbers."""
    if not isinstance(found, dict):
        raise ValueError(f"{_shown(found)}, where a table of tasks is needed")
    for task, scores in found.items():
        if not isinstance(scores, dict):
            raise ValueError(f"a task has no table of scores: {task} has {_shown(scores)}")
        for name, value in scores.items():
            if not (_is_finite(value) and abs(value) <= _LARGEST):
                raise ValueError(f"{task} {name} is {_shown(value)}, where a finite number is needed")


def _event_of(line: str) -> dict[str, Any]:
    """Return what a line says; raise a ValueError where it is no event."""
    event = json.loads(line)
    if not isinstance(event, dict) or "event" not in event:
        raise ValueError(_shown(line))
    kind = event["event"]
    if not isinstance(kind, str) or kind not in _NEEDED:
        raise ValueError(f"`event` is {_shown(kind)}, where one of {', '.join(_NEEDED)} is needed")
    if missing := [key for key in (*_OF_ALL, *_NEEDED[kind]) if key not in event]:
        raise ValueError(f"`{missing[0]}` is missing")
    for key, (is_right, what) in _VALUES.items():
        if key in event and not is_right(event[key]):
            raise ValueError(f"`{key}` is {_shown(event[key])}, where {what} is needed")
    if "metrics" in event:
        check_scores(event["metrics"])
    return event


def _is_number(value: Any) -> bool:
    """Whether it is a number, which may be infinite or none: a loss that a step was left out for."""
    return isinstance(value, float) or _is_whole(value)


def _is_finite(value: Any) -> bool:
    return _is_number(value) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    """Whether it is a whole number that a count can be."""
    return type(value) is int and abs(value) < 2**63


def _are_numbers(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_number(inner) for inner in value.values())


def _is_diagnosis(value: Any) -> bool:
    """Whether it is what a step tells of its gradients, as far as anything reads it."""
    if not isinstance(value, dict):
        return False
    stationarity = value.get("stationarity")
    return (stationarity is None or _is_number(stationarity)) and _are_numbers(value.get("cosines", {}))


def _shown(value: Any) -> str:
    """Return the beginning of a value, as Python writes it."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of so many digits that Python writes it for nobody
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


_OF_ALL = ("epoch", "step", "time")
"""Keys of every line."""

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "step": ("task", "loss", "skipped"),
    "pass": ("task", "examples"),
    "scores after pass": ("task", "metrics"),
    "epoch": ("metrics",),
    "stopped": (),
    "affinity": ("affinity",),
}
"""Event to the further keys without which it cannot be read."""

_VALUES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "epoch": (_is_whole, "a whole number"),
    "step": (_is_whole, "a whole number"),
    "time": (_is_finite, "a number"),
    "task": (lambda value: isinstance(value, str), "the name of a task"),
    "loss": (_is_number, "a number"),
    "skipped": (lambda value: isinstance(value, bool) or _is_whole(value), "true, false or a count"),
    "examples": (_is_whole, "a whole number"),
    "seconds_evaluating": (_is_finite, "a number"),
    "diagnosis": (_is_diagnosis, "a table with numbers"),
    "affinity": (lambda value: isinstance(value, dict) and all(map(_are_numbers, value.values())), "a table of tables"),
}
"""Key to whether its value is one, and to what one is."""
