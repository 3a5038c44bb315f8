"""What training tells those who listen: logs, progress bars, checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from jmt.training.diagnosis import Diagnosis


@dataclass(frozen=True, slots=True)
class PassSummary:
    """One task's pass over all of its data."""

    task: str
    loss: float
    """Mean loss per sentence or pair."""
    examples: int
    words: int
    skipped: int
    """Steps left out because a loss or a gradient was not finite."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """One update, or one that was left out; the trainer's state is complete when this is heard."""

    epoch: int
    step: int
    """Updates since training began, over all tasks."""
    position: int
    """Steps done in this epoch, of `steps_in_epoch`."""
    steps_in_epoch: int
    task: str
    loss: float
    """Per sentence or pair, not weighed; without penalties."""
    penalty: float | None
    """delta ||theta - theta'||^2 against the snapshots, at the end of a pass."""
    gradient_norm: float
    """Before clipping."""
    learning_rate: float
    examples: int
    words: int
    skipped: bool
    finished: PassSummary | None
    """Set where the step was the last one of a task's pass."""
    diagnosis: Diagnosis
    parts: int
    """Parts that the batch was computed in."""


@dataclass(frozen=True, slots=True)
class PassScored:
    """All tasks were scored on dev after one task's pass, to see what it made the others forget."""

    epoch: int
    step: int
    task: str
    metrics: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class EpochDone:
    """All tasks were passed once; scores on dev where it was time for them."""

    epoch: int
    step: int
    metrics: dict[str, dict[str, float]]
    score: float | None
    """What selects the best epoch; higher is better."""
    is_best: bool
    seconds_evaluating: float
    dead_units: dict[str, float]
    """Share of the units of every ReLU that stayed at zero for all of dev."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The end, and why."""

    epoch: int
    step: int
    reason: str


Event = StepDone | PassScored | EpochDone | Stopped
