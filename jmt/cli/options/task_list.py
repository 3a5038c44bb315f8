"""The argument `--tasks`: a list of names with commas between."""

from __future__ import annotations

import argparse


def add_tasks(parser: argparse.ArgumentParser, *, meaning: str) -> None:
    """Declare `--tasks`; what naming some of them, or none, means is the command's."""
    parser.add_argument("--tasks", metavar="LIST", help=meaning)


def named_tasks(listed: str | None) -> list[str] | None:
    """Return the tasks of a list; None where none is given, which means all."""
    return None if listed is None else [task for task in listed.split(",") if task]


def compared_tasks(listed: str | None) -> list[str] | None:
    """Return the tasks that a comparison is of; None where none is given, which means all.

    Raises:
        ConfigError: the list is empty, or names a task twice.
    """
    return None if listed is None else different_names("--tasks", listed)


def different_names(option: str, listed: str) -> list[str]:
    """Return the names of a list that an option gives.

    Raises:
        ConfigError: the list is empty, or has a name twice.
    """
    from jmt.errors import ConfigError

    names = [name.strip() for name in listed.split(",") if name.strip()]
    if not names:
        raise ConfigError(f"{option} {listed!r}: this names nothing; write names with commas between, or leave it out")
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ConfigError(f"{option} {listed}: `{twice[0]}` is there twice; name each once")
    return names
