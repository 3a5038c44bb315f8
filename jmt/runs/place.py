"""The place of a run: taken with its configuration in it, given back where the run could not begin."""

from __future__ import annotations

import shutil
from pathlib import Path

import tomli_w

from jmt.errors import ConfigError
from jmt.files.atomic import write_whole
from jmt.runs.config import RunConfig
from jmt.safety.leftovers import owned_folder

CONFIG = "config.toml"


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


def write_config(run: Path, config: RunConfig) -> None:
    """Write the resolved configuration of a run, whole or not at all."""
    write_whole(run / CONFIG, tomli_w.dumps(config.to_tables()))
