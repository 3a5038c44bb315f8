"""Going on with a run: which keys of its configuration may be told anew, which would change what its state means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from jmt.cascade.checkpoint import model_hash, read_card
from jmt.errors import ConfigError
from jmt.files.atomic import whole_folder
from jmt.runs.config import RunConfig
from jmt.runs.options import RunOptions
from jmt.runs.place import CONFIG, write_config
from jmt.runs.teaching import taught_by

_MAY_CHANGE = re.compile(
    r"corpora\..*|task\.\w+\.(clip_norm|weight)|training\.(epochs|steps|clip_norm|checkpoint_seconds|evaluate_every|threads|"
    r"optimizer\.(learning_rate|decay)|successive_regularization\..*|l2\..*|selection\..*|weighting\.learning_rate)"
)
"""Keys that a resumed run may be told anew; any other would make its state of training mean something else."""


_OF_ORIGIN = ("corpora", "own_corpora", "licences", "releases", "started_from")
"""What a card has of the model that a run started from."""


def check_begun(run: Path) -> None:
    """Refuse to resume what is no run, before corpora are loaded for nothing.

    Raises:
        ConfigError: there is no run.
    """
    if not (run / CONFIG).is_file():
        raise ConfigError(f"{run}: no run to resume here (no {CONFIG}); leave --resume out to start one")


def check_origins(options: RunOptions) -> dict[str, Any]:
    """Return what the card of a run to resume says of the model that it started from, where none is named now.

    Raises:
        ConfigError: it is told another model to start from, another teacher or other raw text than it was begun with.
    """
    run, start_from = options.output, options.start_from
    last = whole_folder(run / "last")
    if last is None:  # stopped before its first checkpoint: it begins anew
        return {}
    card = read_card(last)
    begun = card.get("started_from")
    if start_from and model_hash(start_from) != begun:
        other = "from another model, or from this one before it was changed" if begun else "without one"
        raise ConfigError(
            f"--from {start_from}: the run in {run} was begun {other}: resume it without --from, or choose another "
            "--output to start a new one"
        )
    _check_teacher(run, card.get("distilled_from", {}), taught_by(options.teaching).get("distilled_from", {}))
    return {key: card[key] for key in _OF_ORIGIN if key in card} if begun and not start_from else {}


def _check_teacher(run: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Refuse to go on without the teacher and the raw text that a run was begun with, or with others."""
    new_one = "or choose another --output to start a new run"
    if before and not now:
        name = before.get("name", "MODEL")
        raise ConfigError(
            f"{run}: this run learns from a teacher: resume it with `jmt distill --teacher {name}`, {new_one}"
        )
    if now and not before:
        raise ConfigError(f"{run}: this run was begun without a teacher: resume it with `jmt train`, {new_one}")
    if now.get("sha256") != before.get("sha256"):
        raise ConfigError(
            f"--teacher: the run in {run} was begun with another teacher, {before.get('name')}, or with this one "
            f"before it was changed: name that one, {new_one}"
        )
    if now.get("raw") != before.get("raw"):
        raise ConfigError(f"--raw: the run in {run} was begun with {_told_raw(before)}: name the same files, {new_one}")


def _told_raw(taught: Mapping[str, Any]) -> str:
    return "other raw text, or these files before they were changed" if taught.get("raw") else "no raw text"


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
