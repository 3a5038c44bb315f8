"""Where and with how many threads a command computes."""

from __future__ import annotations

import argparse

from jmt.cli.terminal.console import positive
from jmt.network.devices import ENGINES


def add_device(parser: argparse.ArgumentParser, *, default: str = "auto") -> None:
    """Declare `--device`."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default=default, help="default %(default)s")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Declare `--engine`."""
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help="what computes: the runtime, which needs no torch and a CPU alone, or torch (auto: the runtime, unless a "
        "GPU or a part of the model asks for torch)",
    )


def add_threads(parser: argparse.ArgumentParser) -> None:
    """Declare `--threads`."""
    parser.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="threads on a CPU (default %(default)s)"
    )


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Declare `--jobs`; processors are shared by `training.threads` of each run."""
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=int,
        default=1,
        help="runs at once, each in a process of its own and on its own GPU where there are several "
        "(default: %(default)s)",
    )
