"""Train a cascade from a configuration; progress on stderr, the final table of dev scores on stdout.

RUN/best is the checkpoint of the best epoch and RUN/last the newest one.  Ctrl-C or SIGTERM ends with a checkpoint;
`--resume` goes on from it to the same result.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.terminal.console import format_table, say, show

if TYPE_CHECKING:
    from jmt.runs.config import RunConfig
    from jmt.runs.run import Run
    from jmt.runs.teaching import Teaching

EXIT_BY_SIGNAL = 128
"""Added to a signal's number, as shells do: 130 for Ctrl-C, 143 for SIGTERM."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt train`."""
    parser.add_argument("config", metavar="CONFIG", help="a .toml file, or the name of a packaged configuration")
    parser.add_argument("--output", metavar="DIR", type=Path, help="the run's folder (default: runs/<config>-<time>)")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="set one key: training.epochs=3"
    )
    parser.add_argument(
        "--tasks",
        metavar="LIST",
        help="train only these tasks, as in xpos,dep; without --from, empty levels close up",
    )
    parser.add_argument("--corpora", metavar="DIR", type=Path, action="append", default=[], help="where corpora lie")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--from", metavar="MODEL", dest="start_from", help=f"start from a model: {MODEL_HELP}")
    parser.add_argument("--resume", action="store_true", help="continue the run in --output")


def run(arguments: argparse.Namespace) -> int:
    """Train and report."""
    return run_training(arguments, read_run_config(arguments))


def run_training(
    arguments: argparse.Namespace,
    config: RunConfig,
    teaching: Teaching | None = None,
    *,
    command: str = "train",
    further: Sequence[str] = (),
) -> int:
    """Train by a configuration, from gold alone or also from a teacher.

    `command` is the one that was called and `further` its options that `jmt train` lacks: both are needed to go on.
    """
    if arguments.resume and arguments.output is None:
        from jmt.errors import ConfigError

        raise ConfigError("--resume continues the run in --output: name its folder")
    from jmt.cli.training.calibration_table import calibration_table
    from jmt.data.unions.left_out import told
    from jmt.runs.results import write_results

    output = arguments.output or Path("runs") / f"{Path(arguments.config).stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    with stop_signals() as stops:
        work = _prepare(config, arguments, output, teaching)
        for change in work.changes:
            say(f"changed since the run began: {change}")
        for task, reason in work.left_out.items():
            say(f"task.{task} is left out: {reason}")
        for line in told(work.dropped):
            say(line)
        if not any("dev" in splits for splits in work.splits.values()):
            say("no corpus has a dev split: no epoch will be the best, and the model will be that of the last")
        say(_describe(work))
        code = _followed(work, stops, _continuing(arguments, output, command, further))
    results = write_results(work, ended=code == 0)
    if results.forgetting:
        say(f"dev scores after every pass: {results.forgetting}")
    if code == 0 and not work.trainer.progress.best_epoch:
        say(f"no corpus has a dev split, so there are no scores and no best epoch: the model is {work.folder.last}")
    elif code == 0:
        show(format_table(("task", "metric", "dev"), results.scores))
        if results.fitted:
            say(calibration_table(results.fitted))
        say(f"best epoch {work.trainer.progress.best_epoch}: {work.folder.best}")
    return code


def read_run_config(arguments: argparse.Namespace) -> RunConfig:
    """Read the configuration before anything heavy is imported or made."""
    from jmt.errors import ConfigError
    from jmt.runs.config import read_config

    tasks = None if arguments.tasks is None else arguments.tasks.split(",")
    try:
        return read_config(arguments.config, overrides=arguments.set, tasks=tasks, start_from=arguments.start_from)
    except ConfigError as error:
        if not arguments.resume or arguments.start_from:
            raise
        raise ConfigError(f"{error}\nif the run started from a model, name that with --from MODEL") from None


def _prepare(config: RunConfig, arguments: argparse.Namespace, output: Path, teaching: Teaching | None) -> Run:
    """Load the corpora and build the trainer."""
    from jmt.network.devices import choose_device
    from jmt.runs.options import RunOptions
    from jmt.runs.run import Run
    from jmt.segmentation import RuleSegmenter

    options = RunOptions(
        output=output,
        folders=arguments.corpora,
        device=choose_device(arguments.device),
        start_from=arguments.start_from,
        resuming=arguments.resume,
        teaching=teaching,
    )
    segmenter = RuleSegmenter(config.model.language)
    if segmenter.refusal and config.model.segmenter is None:
        say(f"training needs no raw text, but the model will take none: {segmenter.refusal}")
    return Run(config, options, segmenter)


def _describe(work: Run) -> str:
    """Say what is about to be trained."""
    from jmt.runs.overview import overview

    found = overview(work)
    table = format_table(("task", "kind", "examples", "words or pieces", "steps an epoch"), found.tasks)
    epochs, place = work.config.training.epochs, work.options.output
    return "\n".join([table, *found.notes, f"{found.parameters:,} parameters; {epochs} epochs; writing to {place}"])


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Collect SIGINT and SIGTERM instead of dying of them; a second one ends the process at once."""
    received: list[int] = []

    def note(number: int, _frame: object) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(number)
        say("stopping after this step, with a checkpoint; once more to stop at once")

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _followed(work: Run, stops: Sequence[int], continuing: str) -> int:
    """Run the training as `follow` does; say how to go on with one that is stopped, or that a disk has ended."""
    from jmt.files.atomic import OF_DISKS

    try:
        code = follow(work, stops)
    except OSError as error:
        if error.errno in OF_DISKS and work.folder.last.exists():
            say(f"{work.folder.last} is whole; make room on the disk, then continue with: {continuing}")
        raise
    if code:
        say(f"stopped; continue with: {continuing}")
    return code


def _continuing(arguments: argparse.Namespace, output: Path, command: str, further: Sequence[str]) -> str:
    """Return the command that goes on with a run, for a shell; the run's own configuration has every --set in it."""
    words = ["jmt", command, str(output / "config.toml"), "--output", str(output)]
    for folder in arguments.corpora:
        words += ["--corpora", str(folder)]
    if arguments.device != "auto":
        words += ["--device", arguments.device]
    if arguments.start_from:
        words += ["--from", arguments.start_from]
    return shlex.join([*words, *further, "--resume"])


def follow(work: Run, stops: Sequence[int]) -> int:
    """Run the training, showing each pass and each epoch, until it ends or a signal came.

    Returns an exit code; that of the signal where one came, and then there is a checkpoint to go on from.
    """
    from jmt.cli.training.training_progress import TrainingProgress

    parts = work.trainer.progress.parts
    progress = TrainingProgress(work.config.training.epochs, parts=parts)
    try:
        for event in work.events():
            progress.hear(event)
            if stops:
                work.save()
                return EXIT_BY_SIGNAL + stops[0]
    finally:
        progress.close()
    return 0
