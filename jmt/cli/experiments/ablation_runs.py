"""The runs of a comparison, one after the other or side by side, resumed where they were stopped."""

from __future__ import annotations

import argparse
import functools
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from jmt.cli.experiments.side_by_side import Train, train_side_by_side
from jmt.cli.terminal.console import say

if TYPE_CHECKING:
    from jmt.experiments.ablation import Cell
    from jmt.runs.run import Run
    from jmt.segmentation import Segmenter


def train_all(
    cells: Sequence[Cell],
    arguments: argparse.Namespace,
    stops: Sequence[int],
    *,
    ended: Callable[[Cell], bool],
    train: Train,
    report: Callable[[], None],
    by_seed: bool = False,
) -> int:
    """Train what has not ended, and report after every run, or after every seed, and where a signal came.

    Returns an exit code, that of the signal if there was one.

    Raises:
        ConfigError: the files of a corpus are not those any more that a run of these was begun with.
    """
    from jmt.cli.training.train import EXIT_BY_SIGNAL
    from jmt.experiments.origin import check_same_files

    _check_jobs(arguments.jobs, max((cell.config.training.threads for cell in cells), default=1))
    waiting = [(number, cell) for number, cell in enumerate(cells, 1) if not ended(cell)]
    left = Counter(cell.seed for _, cell in waiting)

    def note(cell: Cell) -> None:
        check_same_files([cell], arguments.corpora, tell=lambda _: None)  # else runs on old and new ones are compared
        left[cell.seed] -= 1
        if not by_seed or not left[cell.seed]:
            report()

    if arguments.jobs > 1:
        code = train_side_by_side(waiting, len(cells), arguments, stops, train=train, ended=note)
    else:
        code = _train_in_a_row(waiting, len(cells), arguments, stops, train=train, ended=note)
    if stops or code or (cells and not waiting):
        report()
    if stops:
        say("stopped; the same command goes on")
        return EXIT_BY_SIGNAL + stops[0]
    return code


def _train_in_a_row(
    waiting: Sequence[tuple[int, Cell]],
    total: int,
    arguments: argparse.Namespace,
    stops: Sequence[int],
    *,
    train: Train,
    ended: Callable[[Cell], None],
) -> int:
    """Train one run after the other, until a signal comes; `ended` hears of each."""
    for number, cell in waiting:
        say(f"run {number} of {total}: {cell.folder}")
        train(cell, arguments, stops)
        if stops:
            break
        ended(cell)
    return 0


def _check_jobs(jobs: int, threads: int) -> None:
    """Refuse a number of runs at once that is none; tell where they would stand in each other's way.

    Raises:
        ConfigError: it is below one.
    """
    from jmt.errors import ConfigError

    if jobs < 1:
        raise ConfigError(f"--jobs {jobs}: a number from 1 upwards is needed, of runs at once")
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs > 1 and jobs * (threads or processors) > processors:
        say(
            f"note: {jobs} runs at once of {threads or processors} threads each, on {processors} "
            "processors, get in each other's way: --set training.threads=1 (results differ in their last digits)"
        )


def prepare(cell: Cell, arguments: argparse.Namespace) -> Run:
    """Load the corpora, record their files and build the trainer, afresh or from where the run was stopped."""
    from jmt.experiments.cell_records import RECORDS, check_unfinished
    from jmt.experiments.origin import loaded_with_origin
    from jmt.files.atomic import whole_folder
    from jmt.network.devices import choose_device
    from jmt.runs.options import RunOptions
    from jmt.runs.place import clear
    from jmt.runs.run import Run

    resuming = whole_folder(cell.folder / "last") is not None
    if cell.folder.exists() and not resuming:  # it was killed before its first step, or has lost its checkpoint
        lost = check_unfinished(cell.folder)
        clear(cell.folder, RECORDS)
        if lost:
            say(
                f"{cell.folder}: there was no checkpoint to go on from: begun anew, without {', '.join(lost)} of before"
            )
    options = RunOptions(
        cell.folder, folders=arguments.corpora, device=choose_device(arguments.device), resuming=resuming
    )
    segmenter = segmenter_of(cell.config.model.language)
    return loaded_with_origin(cell, arguments.corpora, lambda: Run(cell.config, options, segmenter))


@functools.cache
def segmenter_of(language: str) -> Segmenter:
    """Return the rules of a language; it takes a second to read them, and all runs need the same ones."""
    from jmt.segmentation import RuleSegmenter

    return RuleSegmenter(language)


def train(
    cell: Cell,
    arguments: argparse.Namespace,
    stops: Sequence[int],
    *,
    observe: Callable[[Run], None] = lambda _: None,
    keep: Callable[[Run], None] = lambda _: None,
) -> None:
    """Run one training to its end, or to a signal.

    `observe` may put listeners of its own in place before it, `keep` may write what the trained network knows.
    """
    from jmt.cli.training.train import follow
    from jmt.experiments.ablation import drop_weights

    work = prepare(cell, arguments)
    observe(work)
    code = follow(work, stops)
    if code == 0:
        keep(work)
        drop_weights(cell.folder)


def train_for_table(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    """Run one training; keep what it gets right on words that training does not have."""
    from jmt.experiments.unknown_words import write_unknown

    train(cell, arguments, stops, keep=write_unknown)


def has_all_scores(cell: Cell) -> bool:
    """Whether a run of a table has ended and has left all of its scores."""
    from jmt.experiments.unknown_words import has_unknown
    from jmt.files.atomic import whole_folder

    return cell.result() is not None and (has_unknown(cell.folder) or whole_folder(cell.folder / "last") is None)


def train_and_count(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    """Run one training; keep what it cost and what it got right on dev, or that it diverged."""
    from jmt.experiments.cell_records import write_counts

    _train_recorded(cell, arguments, stops, write_counts)


def train_for_scores(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    """Run one training of a grid, which is looked at for its scores alone."""
    _train_recorded(cell, arguments, stops, lambda _: None)


def _train_recorded(
    cell: Cell, arguments: argparse.Namespace, stops: Sequence[int], keep: Callable[[Run], None]
) -> None:
    """Run one training to its end, to a signal or to where losses are not finite any more."""
    from jmt.cli.training.train import follow
    from jmt.errors import JmtError
    from jmt.experiments.ablation import drop_weights
    from jmt.experiments.cell_records import add_cost, has_diverged, write_divergence

    work = prepare(cell, arguments)
    first, started, evaluating = work.trainer.progress.step, time.perf_counter(), _seconds_evaluating(cell)
    try:
        code = follow(work, stops)
    except JmtError as error:
        if not has_diverged(work):
            raise
        write_divergence(cell.folder, str(error))
        say(f"{cell.folder}: diverged, and counts as having no score: {error}")
        code = 0
    else:
        steps = work.trainer.progress.step - first
        spent = time.perf_counter() - started - (_seconds_evaluating(cell) - evaluating)
        if steps:
            add_cost(cell.folder, steps, spent)
        if code == 0:
            keep(work)
    if code == 0:
        drop_weights(cell.folder)


def _seconds_evaluating(cell: Cell) -> float:
    """Return how long the run has been scored on dev so far."""
    from jmt.experiments.ablation import read_log

    return sum(float(record["seconds_evaluating"]) for record in read_log(cell.folder) if record["event"] == "epoch")
