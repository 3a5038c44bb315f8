"""The argument `--data`: other files or corpora than a model's own, by task."""

from __future__ import annotations

import argparse
from collections.abc import Iterable


def add_data(parser: argparse.ArgumentParser, *, meaning: str) -> None:
    """Declare `--data`, which may be repeated; what it does to a task is the command's."""
    parser.add_argument("--data", metavar="TASK=FILE", action="append", default=[], type=_task_and_file, help=meaning)


def data_by_task(given: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the files of every task, in the order given."""
    files: dict[str, list[str]] = {}
    for task, file in given:
        files.setdefault(task, []).append(file)
    return files


def _task_and_file(text: str) -> tuple[str, str]:
    """Split `TASK=FILE`."""
    task, equals, file = text.partition("=")
    if not (task and equals and file):
        raise argparse.ArgumentTypeError(f"`{text}` is not TASK=FILE, as in dep=my.conllu")
    return task, file
