"""The place of a run: taken with its configuration in it, given back where the run could not begin."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import tomli_w

from jmt.errors import ConfigError
from jmt.files.atomic import write_whole
from jmt.runs.config import RunConfig
from jmt.safety.leftovers import owned_folder, owned_while_used

CONFIG = "config.toml"

_LEFT = (CONFIG, "best", "log.jsonl", "tensorboard", "metrics.json")
_HIDDEN = (".best.", ".last.", f".{CONFIG}.")
"""What a run may leave that was killed before its first checkpoint, or lost it."""


def check_free(run: Path) -> None:
    """Refuse a place that is taken, before corpora are loaded for nothing.

    Raises:
        ConfigError: the folder exists already.
    """
    if run.exists():
        raise ConfigError(f"{run}: exists already; choose another --output, or continue that run with --resume")


def claim(run: Path, config: RunConfig) -> None:
    """Make a new run's folder with its resolved configuration in it; the two appear together.

    Raises:
        ConfigError: the folder exists already.
    """
    check_free(run)
    run.parent.mkdir(parents=True, exist_ok=True)
    with owned_folder(run.parent, "run", mode=0o777) as fresh:
        write_config(fresh, config)
        fresh.rename(run)


def release(run: Path) -> None:
    """Take the folder away again where it holds nothing but the configuration."""
    if [path.name for path in run.iterdir()] == [CONFIG]:
        shutil.rmtree(run)


def clear(run: Path, also: Collection[str] = ()) -> None:
    """Take away the folder of a run that nothing can go on from; `also` names what more may lie there.

    Raises:
        ConfigError: it holds what no run leaves.
        OwnedError: another process trains there.
    """
    names = sorted(path.name for path in run.iterdir())
    strange = [name for name in names if name not in (*_LEFT, *also) and not name.startswith(_HIDDEN)]
    if strange:
        raise ConfigError(f"{run}: there is no checkpoint to go on from, but {strange[0]}: delete the folder yourself")
    with owned_while_used(run):
        shutil.rmtree(run)


def write_config(run: Path, config: RunConfig) -> None:
    """Write the resolved configuration of a run, whole or not at all."""
    write_whole(run / CONFIG, tomli_w.dumps(config.to_tables()))
