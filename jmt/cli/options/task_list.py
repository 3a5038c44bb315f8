"""The argument `--tasks`: a list of names with commas between."""

from __future__ import annotations

import argparse


def add_tasks(parser: argparse.ArgumentParser, *, meaning: str) -> None:
    """Declare `--tasks`; what naming some of them, or none, means is the command's."""
    parser.add_argument("--tasks", metavar="LIST", help=meaning)


def named_tasks(listed: str | None) -> list[str] | None:
    """Return the tasks of a list; None where none is given, which means all."""
    return None if listed is None else [task for task in listed.split(",") if task]
