"""The log of a run with every one of its steps in it, so that curves and counts can be made from it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jmt.files.atomic import append_line
from jmt.training.events import Event, StepDone
from jmt.training.listeners.log import EVERY, JsonLog

Affinity = Mapping[str, Mapping[str, float]]
"""By the task that takes a step, then by the task that feels it."""


class StepLog(JsonLog):
    """A log in which no step is left out: those that others leave out have a short line.

    It goes on with the file of an ordinary log, which has forgotten what a resumed run does again.
    """

    def __init__(self, path: Path, *, affinity: Callable[[], Affinity | None] = lambda: None) -> None:
        super().__init__(path)
        self.affinity = affinity
        """What the last step told of the next ones, where it was looked ahead from."""

    def hear(self, event: Event) -> None:
        """Write what is worth a line, and every step."""
        super().hear(event)
        if isinstance(event, StepDone):
            for line in _short_lines_of(event, self.affinity()):
                append_line(self.path, json.dumps({**line, "time": round(time.time(), 3)}))


def _short_lines_of(event: StepDone, affinity: Affinity | None) -> list[dict[str, Any]]:
    """Return the lines of a step that an ordinary log does not have."""
    place = {"epoch": event.epoch, "step": event.step}
    lines: list[dict[str, Any]] = []
    if event.step % EVERY and not event.skipped:
        step: dict[str, Any] = {"event": "step", **place, "task": event.task, "loss": event.loss, "skipped": False}
        if event.diagnosis.cosines:
            step["diagnosis"] = {"cosines": event.diagnosis.cosines}
        lines.append(step)
    if affinity:
        lines.append({"event": "affinity", **place, "affinity": affinity})
    return lines
