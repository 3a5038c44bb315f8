"""Curves for TensorBoard, where it is installed (the extra `tensorboard`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jmt.errors import MissingLibraryError
from jmt.safety.extras import needed_for
from jmt.training.events import EpochDone, Event, StepDone

EVERY = 20
"""Steps between two points of a curve."""


class TensorBoard:
    """Writes losses, gradient norms, learning rate, task weights and dev scores to `RUN/tensorboard`."""

    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.writer: Any = SummaryWriter(str(folder))

    def hear(self, event: Event) -> None:
        """Add the points of an event."""
        if isinstance(event, StepDone) and event.step % EVERY == 0:
            self.writer.add_scalar(f"loss/{event.task}", event.loss, event.step)
            self.writer.add_scalar(f"gradient_norm/{event.task}", event.gradient_norm, event.step)
            self.writer.add_scalar("learning_rate", event.learning_rate, event.step)
            for task, weight in event.diagnosis.task_weights.items():
                self.writer.add_scalar(f"task_weight/{task}", weight, event.step)
            for pair, cosine in event.diagnosis.cosines.items():
                self.writer.add_scalar(f"cosine/{pair}", cosine, event.step)
        elif isinstance(event, EpochDone):
            for task, metrics in event.metrics.items():
                for name, value in metrics.items():
                    self.writer.add_scalar(f"dev/{task}/{name}", value, event.step)
            for name, share in event.dead_units.items():
                self.writer.add_scalar(f"dead_units/{name}", share, event.step)
            self.writer.flush()


def open_tensorboard(folder: Path) -> TensorBoard | None:
    """Return a listener, or None where TensorBoard is not installed."""
    try:
        with needed_for("a curve"):
            return TensorBoard(folder)
    except MissingLibraryError:
        return None
