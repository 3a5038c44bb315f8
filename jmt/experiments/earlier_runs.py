"""Runs that lie where a comparison will write: it goes on from those of the same configuration, on the same files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell
from jmt.experiments.json_records import damaged
from jmt.experiments.origin import check_same_files
from jmt.experiments.run_records import resolved_alike
from jmt.files.targets import file_above
from jmt.runs.place import CONFIG
from jmt.runs.resuming import dotted_items
from jmt.runs.splits import with_score_ranges

_NOT_THE_RESULT = ("training.threads", "training.checkpoint_seconds")
"""Keys that a comparison may be told anew."""

_TOLD = 3
"""Differences that a refusal names before it counts the others."""


def check_earlier_runs(cells: Sequence[Cell], folders: Sequence[Path], *, tell: Callable[[str], None]) -> None:
    """Refuse runs of another configuration than is asked for now, or made with other files than corpora have now.

    `tell` hears of runs of which nobody knows what files they were made with.

    Raises:
        ConfigError: naming the run and what differs; a run whose configuration is not there any more, or is damaged.
        CorpusError: a corpus that is not here any more.
    """
    for cell in cells:
        _check_configuration(cell)
    check_same_files(cells, folders, tell=tell)


def _check_configuration(cell: Cell) -> None:
    """Refuse a run that was begun with another configuration, and a file in the place of its folder."""
    blocking = cell.folder if cell.folder.is_file() else file_above(cell.folder)
    if blocking:
        raise ConfigError(
            f"{cell.folder}: this run has no place, as {blocking} is a file: move it away, or take another --output"
        )
    if not (cell.folder / CONFIG).is_file():
        if (cell.folder / "log.jsonl").exists():
            raise ConfigError(
                f"{cell.folder}: this run has no {CONFIG} any more, so that nobody knows what it was: delete the "
                "folder, and the same command trains it again"
            )
        return
    if changes := _changes_of(cell):
        more = f"; and {len(changes) - _TOLD} more" if len(changes) > _TOLD else ""
        raise ConfigError(
            f"{cell.folder}: this run was begun with another configuration: {'; '.join(changes[:_TOLD])}{more}; "
            "take another --output, or the same configuration as before"
        )


def _changes_of(cell: Cell) -> list[str]:
    """Return in what a run's configuration differs from the one that is asked for, whole tasks first, in one phrase."""
    try:
        before = tomllib.loads((cell.folder / CONFIG).read_text(encoding="utf-8"))
    except ValueError as error:
        raise damaged(cell.folder / CONFIG, str(error)) from error
    now = tomllib.loads(tomli_w.dumps(with_score_ranges(cell.config).to_tables()))
    both = [_plain(tables) for tables in resolved_alike([before, now])]
    was, wanted = (dict(dotted_items(tables)) for tables in both)
    earlier, asked = (list(tables.get("task", {})) for tables in both)
    other = set(earlier) ^ set(asked)
    changes = [f"tasks {', '.join(asked)} (was {', '.join(earlier)})"] if other else []
    return changes + [
        f"{key} = {_told(wanted, key)} (was {_told(was, key)})"
        for key in sorted(was.keys() | wanted.keys())
        if was.get(key) != wanted.get(key)
        and key not in _NOT_THE_RESULT
        and not any(key.startswith(f"task.{task}.") for task in other)
    ]


def _told(items: Mapping[str, Any], key: str) -> str:
    """Return what a key is said to be."""
    return repr(items[key]) if key in items else "not set"


def _plain(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables as TOML gives them back, so that tuples and lists are alike."""
    return tomllib.loads(tomli_w.dumps(tables))
