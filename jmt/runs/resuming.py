"""Going on with a run: which keys of its configuration may be told anew, which would change what its state means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from jmt.errors import ConfigError
from jmt.runs.config import RunConfig
from jmt.runs.place import CONFIG, write_config

_MAY_CHANGE = re.compile(
    r"corpora\..*|task\.\w+\.(clip_norm|weight)|training\.(epochs|steps|clip_norm|checkpoint_seconds|evaluate_every|threads|"
    r"optimizer\.(learning_rate|decay)|successive_regularization\..*|l2\..*|selection\..*|weighting\.learning_rate)"
)
"""Keys that a resumed run may be told anew; any other would make its state of training mean something else."""


def check_begun(run: Path) -> None:
    """Refuse to resume what is no run, before corpora are loaded for nothing.

    Raises:
        ConfigError: there is no run.
    """
    if not (run / CONFIG).is_file():
        raise ConfigError(f"{run}: no run to resume here (no {CONFIG}); leave --resume out to start one")


def accept_changes(run: Path, config: RunConfig) -> list[str]:
    """Compare the configuration of a run to resume with the one it was begun with; keep and return what is new.

    Raises:
        ConfigError: there is no run, or a key has changed that its state of training depends on.
    """
    check_begun(run)
    before = dict(dotted_items(tomllib.loads((run / CONFIG).read_text(encoding="utf-8"))))
    now = dict(dotted_items(tomllib.loads(tomli_w.dumps(config.to_tables()))))
    changes = {
        key: f"{key} = {now.get(key)!r} (was {before.get(key)!r})"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    }
    if fixed := [change for key, change in changes.items() if not _MAY_CHANGE.fullmatch(key)]:
        raise ConfigError(
            f"{run}: this run was begun with another configuration: {'; '.join(fixed[:3])}; "
            f"continue it with its own, {run / CONFIG}, or start a new one"
        )
    if changes:
        write_config(run, config)
    return list(changes.values())


def dotted_items(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every key of nested tables with its whole path."""
    for key, value in tables.items():
        if isinstance(value, Mapping):
            yield from dotted_items(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
