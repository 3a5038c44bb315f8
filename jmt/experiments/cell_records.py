"""What a run of a comparison of methods leaves besides its log: dev counts per example, its cost, a divergence.

All lie in the run's folder, so that tables are made anew from the runs alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jmt.evaluation.metrics.base import Counts
from jmt.experiments.ablation import Cell
from jmt.experiments.dev_results import dev_results
from jmt.experiments.json_records import read_record
from jmt.experiments.origin import ORIGIN_FILE
from jmt.experiments.unknown_words import UNKNOWN_FILE
from jmt.files.atomic import whole_folder, write_whole
from jmt.runs.run import Run
from jmt.training.step import MOST_FAILURES

_COUNTS = "dev-counts.json"
_COST = "cost.json"
_DIVERGED = "diverged.txt"

RECORDS = (_COUNTS, _COST, UNKNOWN_FILE, ORIGIN_FILE)
"""What a comparison puts into the folder of a run."""


@dataclass(frozen=True, slots=True)
class DevCounts:
    """What one trained model got right on one task's dev examples."""

    metric: str
    """Name in `jmt.evaluation.metrics.METRICS`."""
    rows: Counts
    """(examples, columns of that metric)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock time of training, dev evaluation not counted."""

    steps: int
    seconds: float

    @property
    def per_step(self) -> float:
        """Seconds of one step."""
        return self.seconds / self.steps if self.steps else 0.0


def has_ended(cell: Cell) -> bool:
    """Whether there is nothing left to do: it was trained and counted, or it diverged."""
    if is_diverged(cell.folder):
        return True
    counted = (cell.folder / _COUNTS).exists() or whole_folder(cell.folder / "last") is None
    return cell.result() is not None and counted


def is_diverged(folder: Path) -> bool:
    """Whether losses or gradients were not finite until training gave up."""
    return (folder / _DIVERGED).exists()


def has_diverged(work: Run) -> bool:
    """Whether that is why a run has just ended."""
    return work.trainer.progress.failures >= MOST_FAILURES


def write_divergence(folder: Path, message: str) -> None:
    """Record why a run has no result."""
    write_whole(folder / _DIVERGED, message + "\n")


def write_counts(work: Run) -> None:
    """Score the trained model on dev once more, and keep the counts of every example."""
    metrics = work.trainer.model.metrics
    content = {
        task: {"metric": metrics[task], "rows": result.metric.statistics().tolist()}
        for task, result in dev_results(work).items()
    }
    write_whole(work.options.output / _COUNTS, json.dumps(content))


def read_counts(folder: Path) -> dict[str, DevCounts]:
    """Return the counts of every task, none where there are none."""
    content = read_record(folder / _COUNTS, dict)
    return {task: DevCounts(of["metric"], np.array(of["rows"], dtype=np.float64)) for task, of in content.items()}


def add_cost(folder: Path, steps: int, seconds: float) -> None:
    """Record a stretch of training; what a kill cut off before is not known, and so not recorded."""
    stretches = [*_read_stretches(folder), {"steps": steps, "seconds": round(seconds, 3)}]
    write_whole(folder / _COST, json.dumps(stretches) + "\n")


def read_cost(folder: Path) -> Cost | None:
    """Return what the recorded stretches of a run took together."""
    stretches = _read_stretches(folder)
    if not stretches:
        return None
    return Cost(sum(int(part["steps"]) for part in stretches), sum(float(part["seconds"]) for part in stretches))


def _read_stretches(folder: Path) -> list[dict[str, float]]:
    """Return the recorded stretches of training."""
    found: list[dict[str, float]] = read_record(folder / _COST, list)
    return found
