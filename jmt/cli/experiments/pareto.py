"""Compare trained runs on all tasks at once: which are on the Pareto front, and which are dominated, and by which.

Runs that differ in the seed alone are one candidate.  A candidate dominates another where it is worse on no task and
better on one at least, by more than a tolerance: with two seeds or more on both sides half of the 95 % interval of the
difference, else, or where all seeds differ by the same, --tolerance.  What counts is the main metric of every task on
dev at the last evaluated epoch.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.terminal.console import format_table, say, show

if TYPE_CHECKING:
    from jmt.experiments.run_records import RunRecord


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt pareto`."""
    parser.add_argument("runs", metavar="RUN", nargs="+", type=Path, help="the folder of a run")
    parser.add_argument(
        "--tolerance",
        metavar="X",
        type=_not_negative,
        default=0.002,
        help="what scores must differ by where a candidate has one seed, as a fraction (default: %(default)s)",
    )
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="also write pareto.json, pareto.md, pareto.png and pareto.svg here"
    )


def _not_negative(text: str) -> float:
    """Read an option that is a number from 0 upwards."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (math.isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError(f"a number from 0 upwards is needed, as in 0.002, not {text!r}")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Compare and report."""
    from jmt.experiments.pareto.candidates import build_candidates
    from jmt.experiments.pareto.dominance import compare_candidates
    from jmt.experiments.pareto.report import candidate_table, front_first, reading_notes
    from jmt.experiments.pareto.writing import write_pareto
    from jmt.experiments.run_records import read_runs, shared_columns

    records = read_runs(arguments.runs)
    columns = shared_columns(records)
    candidates = build_candidates(records)
    seeds = {candidate.name: candidate.seeds for candidate in candidates}
    comparison = compare_candidates(seeds, columns, tolerance=arguments.tolerance)
    candidates = front_first(candidates, comparison)
    _tell_unfinished(records)
    if arguments.output:
        write_pareto(candidates, comparison, arguments.output, tell=say)
    show(format_table(*candidate_table(candidates, comparison)))
    show("\n".join(["", *reading_notes(candidates, comparison)]))
    return 0


def _tell_unfinished(records: Sequence[RunRecord]) -> None:
    """Say which runs were compared before the end that their configuration names."""
    for record in records:
        if record.epochs is not None and record.epoch < record.epochs:
            say(f"{record.folder}: compared as it was after epoch {record.epoch} of {record.epochs}")
