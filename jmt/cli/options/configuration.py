"""A configuration and what is changed of it, alike for every command that reads one."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

_CONFIG_HELP = "a .toml file, or the name of a packaged configuration"


def add_config(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Declare CONFIG."""
    parser.add_argument("config", metavar="CONFIG", nargs="?" if optional else None, help=_CONFIG_HELP)


def add_changes(parser: argparse.ArgumentParser, *, example: str) -> None:
    """Declare `--set`, with an example of a change."""
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help=f"set one key: {example}")


def add_corpora(parser: argparse.ArgumentParser) -> None:
    """Declare `--corpora`."""
    parser.add_argument(
        "--corpora",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="where corpora lie, looked in before JMT_CORPORA and the user's cache; may be repeated",
    )


def add_seeds(parser: argparse.ArgumentParser) -> None:
    """Declare `--seeds`."""
    parser.add_argument("--seeds", metavar="LIST", default="1,2,3", help="default: %(default)s")


def read_seeds(text: str) -> list[int]:
    """Read the seeds of --seeds.

    Raises:
        ConfigError: not a list of different whole numbers.
    """
    from jmt.errors import ConfigError

    try:
        seeds = [int(part) for part in text.split(",")]
    except ValueError:
        seeds = []
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise ConfigError(f"--seeds {text}: different whole numbers from 0 upwards are needed, as in 1,2,3")
    return seeds


def add_margin(parser: argparse.ArgumentParser) -> None:
    """Declare `--margin`."""
    from jmt.experiments.judging.margin import MARGIN

    parser.add_argument(
        "--margin",
        metavar="POINTS",
        type=float,
        default=MARGIN,
        help="networks that differ by less are as good as each other (default: %(default)s)",
    )


def read_margin(points: float) -> float:
    """Check what --margin says.

    Raises:
        ConfigError: it is no number above zero.
    """
    from jmt.errors import ConfigError

    if not (math.isfinite(points) and points > 0):
        raise ConfigError(f"--margin {points:g}: points above 0 are needed, as in 0.5")
    return points
