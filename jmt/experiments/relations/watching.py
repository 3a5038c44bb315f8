"""What the runs of a search for relations are watched by."""

from __future__ import annotations

from collections.abc import Callable

from jmt.experiments.ablation import Cell
from jmt.experiments.relations.lookahead import look_ahead
from jmt.experiments.relations.step_log import StepLog
from jmt.runs.run import Run


def observer_of(cell: Cell) -> Callable[[Run], None]:
    """Return what a run is watched by: a log of every step; that of all tasks is looked ahead from, too."""

    def observe(work: Run) -> None:
        if cell.kind == "all":
            gradients = look_ahead(work.trainer)
            work.log_by(StepLog(work.log.path, affinity=lambda: gradients.affinity))
        else:
            work.log_by(StepLog(work.log.path))

    return observe
