"""The log of a run: one JSON object a line, for steps now and then, for every pass and every epoch."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jmt.files.atomic import append_line, write_whole
from jmt.training.events import EpochDone, Event, PassScored, StepDone, Stopped
from jmt.training.listeners.log_reading import read_events
from jmt.training.progress import Progress

EVERY = 50
"""Steps between two logged ones."""


class JsonLog:
    """Appends events to `log.jsonl`."""

    def __init__(self, path: Path, *, after: Progress | None = None) -> None:
        self.path = path
        if after is not None and path.exists():
            _forget_later_lines(path, after)

    def hear(self, event: Event) -> None:
        """Write what is worth a line."""
        for line in lines_of(event):
            append_line(self.path, json.dumps({**line, "time": round(time.time(), 3)}))


def lines_of(event: Event) -> list[dict[str, Any]]:
    """Return the log lines of an event, without the time."""
    if isinstance(event, StepDone):
        lines = []
        if event.step % EVERY == 0 or event.skipped:
            step = asdict(event)
            step.pop("finished")
            lines.append({"event": "step", **step})
        if event.finished:
            summary = {"epoch": event.epoch, "step": event.step, "penalty": event.penalty}
            lines.append({"event": "pass", **summary, **asdict(event.finished)})
        return lines
    names = {PassScored: "scores after pass", EpochDone: "epoch", Stopped: "stopped"}
    return [{"event": names[type(event)], **asdict(event)}]


def _forget_later_lines(path: Path, progress: Progress) -> None:
    """Drop the lines of work that a kill lost and that will be done again.

    Raises:
        InputError: a line that is no event, other than a last one that was being written; the log stays as it is.
    """
    remedy = "Delete the line, or move this log away: training goes on from the checkpoint, not from the log"
    kept = []
    for line in read_events(path, remedy=remedy):
        is_past = line["epoch"] < progress.epoch if line["event"] == "epoch" else line["step"] <= progress.step
        if is_past and line["event"] != "stopped":
            kept.append(json.dumps(line))
    write_whole(path, "".join(f"{text}\n" for text in kept))
