"""Training as seen in a terminal: a bar with rate and time left, and a line for every pass and epoch."""

from __future__ import annotations

import time
from typing import Any

from jmt.cli.terminal.console import draw_bar, on_terminal, say
from jmt.training.events import EpochDone, Event, PassSummary, StepDone, Stopped


class TrainingProgress:
    """Says what happens on stderr; the bar is drawn on a terminal only."""

    def __init__(self, epochs: int, *, parts: int = 1) -> None:
        self.epochs = epochs
        self.started = self.pass_started = time.monotonic()
        self.first_step: float | None = None
        self.bar: Any = None
        self.parts = parts

    def hear(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, StepDone):
            self._step(event)
        elif isinstance(event, EpochDone):
            self._epoch(event)
        elif isinstance(event, Stopped):
            self._say(f"{event.reason} after {_clock(time.monotonic() - self.started)}")

    def _step(self, event: StepDone) -> None:
        if self.first_step is None:
            self.first_step = (event.epoch - 1) + (event.position - 1) / event.steps_in_epoch
        if on_terminal():
            self._draw(event)
        if event.parts > self.parts:
            self._say(f"memory did not suffice: batches are computed in {event.parts} parts from step {event.step} on")
        self.parts = event.parts
        if event.finished:
            seconds = time.monotonic() - self.pass_started
            self._say(self._pass_line(event, event.finished, seconds))
            self.pass_started = time.monotonic()

    def _draw(self, event: StepDone) -> None:
        if self.bar is None or self.bar.total != event.steps_in_epoch:
            self.close()
            self.bar = draw_bar(about=None, unit="step", total=event.steps_in_epoch, leave=False)
        self.bar.n = event.position
        self.bar.set_description(f"epoch {event.epoch}/{self.epochs} {event.task}", refresh=False)
        self.bar.set_postfix_str(f"loss {event.loss:.3f}", refresh=False)
        self.bar.update(0)
        if event.position == event.steps_in_epoch:
            self.close()

    def _pass_line(self, event: StepDone, summary: PassSummary, seconds: float) -> str:
        rate = summary.words / max(seconds, 1e-9)
        line = (
            f"epoch {event.epoch}/{self.epochs}  {summary.task:<12} loss {summary.loss:9.4f}  {rate:8,.0f} words/s  "
            f"{_clock(seconds)}  left {_clock(self._left(event))}"
        )
        return line + (f"  {summary.skipped} steps left out: not finite" if summary.skipped else "")

    def _left(self, event: StepDone) -> float:
        """Return the seconds until the end at the pace since this process began."""
        done = (event.epoch - 1) + event.position / event.steps_in_epoch
        pace = (time.monotonic() - self.started) / max(done - (self.first_step or 0.0), 1e-9)
        return (self.epochs - done) * pace

    def _epoch(self, event: EpochDone) -> None:
        shown = ("f1", "uas", "las", "pearson", "mse", "accuracy")
        scores = "  ".join(
            f"{task} " + " ".join(f"{name} {metrics[name]:.4f}" for name in shown if name in metrics)
            for task, metrics in event.metrics.items()
        )
        if scores:
            best = "  * best so far" if event.is_best else ""
            self._say(f"epoch {event.epoch}/{self.epochs}  dev: {scores}{best}")
        self.pass_started = time.monotonic()

    def _say(self, line: str) -> None:
        if self.bar is not None:
            self.bar.clear()
        say(line)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None


def _clock(seconds: float) -> str:
    """Write seconds as m:ss, or h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
