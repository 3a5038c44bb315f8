"""What a run of a comparison of methods leaves besides its log: dev counts per example, its cost, a divergence.

All lie in the run's folder, so that tables are made anew from the runs alone.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jmt.errors import ConfigError
from jmt.evaluation.metrics import METRICS
from jmt.evaluation.metrics.base import Counts
from jmt.experiments.ablation import Cell
from jmt.experiments.dev_results import dev_results
from jmt.experiments.json_records import damaged, read_record, train_again
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


def check_unfinished(folder: Path) -> list[str]:
    """Refuse to begin a run anew whose folder has scores of a trained network; return what else is lost with it.

    Raises:
        ConfigError: naming the record, and what to do.
    """
    if of_the_end := [name for name in (_COUNTS, UNKNOWN_FILE) if (folder / name).exists()]:
        raise ConfigError(
            f"{folder}: {of_the_end[0]} is that of a run that has ended, but log.jsonl has no last epoch: bring the "
            f"log back. {train_again(folder)}"
        )
    return [name for name in ("log.jsonl", *RECORDS) if (folder / name).exists()]


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
    """Return the counts of every task, none where there are none.

    Raises:
        InputError: the record is damaged.
    """
    content = read_record(folder / _COUNTS, dict)
    try:
        return {task: _counts_of(task, of) for task, of in content.items()}
    except ValueError as error:
        raise damaged(folder / _COUNTS, str(error)) from None


def _counts_of(task: str, content: Any) -> DevCounts:
    """Return the counts of one task; raise a ValueError where they are none."""
    metric = content.get("metric") if isinstance(content, dict) else None
    if not isinstance(metric, str) or metric not in METRICS:
        raise ValueError(f"{task} names no metric; there are {', '.join(METRICS)}")
    width = len(METRICS[metric].columns)
    given = content.get("rows")
    if not isinstance(given, list) or not all(isinstance(row, list) and len(row) == width for row in given):
        raise ValueError(f"{task} needs a list of rows, each of {width} numbers")
    rows = np.array(given).reshape(len(given), width) if given else np.zeros((0, width))
    if rows.dtype.kind not in "iuf" or not np.isfinite(rows).all():
        raise ValueError(f"{task} has counts that are not finite numbers")
    return DevCounts(metric, rows.astype(np.float64))


def add_cost(folder: Path, steps: int, seconds: float) -> None:
    """Record a stretch of training; what a kill cut off before is not known, and so not recorded."""
    stretches = [*_read_stretches(folder), (steps, round(seconds, 3))]
    content = [{"steps": steps, "seconds": seconds} for steps, seconds in stretches]
    write_whole(folder / _COST, json.dumps(content) + "\n")


def read_cost(folder: Path) -> Cost | None:
    """Return what the recorded stretches of a run took together.

    Raises:
        InputError: the record is damaged.
    """
    stretches = _read_stretches(folder)
    if not stretches:
        return None
    return Cost(sum(steps for steps, _ in stretches), sum(seconds for _, seconds in stretches))


def _read_stretches(folder: Path) -> list[tuple[int, float]]:
    """Return the steps and the seconds of the recorded stretches of training."""
    found = []
    for part in read_record(folder / _COST, list):
        steps, seconds = (part.get("steps"), part.get("seconds")) if isinstance(part, dict) else (None, None)
        if not (type(steps) is int and type(seconds) is float and math.isfinite(seconds)):
            raise damaged(folder / _COST, f"a stretch is {str(part)[:60]}, where `steps` and `seconds` are needed")
        found.append((steps, seconds))
    return found
