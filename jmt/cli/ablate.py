"""Compare networks under equal budgets: the cascade, the same tasks all on top (flat), and each task alone (single).

Every network is trained with every seed, for the same number of passes over the same sentences; what counts are dev
scores after the last epoch.  Told the same again, the command goes on where it was stopped.  DIR holds one run per
network and seed, ablation.json with all scores, and ablation.md with means, intervals and paired differences.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.console import say

if TYPE_CHECKING:
    from jmt.experiments.ablation import Cell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt ablate`."""
    parser.add_argument("config", metavar="CONFIG", help="a .toml file, or the name of a packaged configuration")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="where runs and tables go")
    parser.add_argument("--variants", metavar="LIST", default="cascade,flat,single", help="default: %(default)s")
    parser.add_argument("--seeds", metavar="LIST", default="1,2,3", help="default: %(default)s")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="set one key: training.share=0.2"
    )
    parser.add_argument("--corpora", metavar="DIR", type=Path, action="append", default=[], help="where corpora lie")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def run(arguments: argparse.Namespace) -> int:
    """Train what is not trained yet, and report."""
    from jmt.cli.train import EXIT_BY_SIGNAL, stop_signals
    from jmt.experiments.ablation import plan

    cells = plan(
        arguments.config,
        arguments.variants.split(","),
        read_seeds(arguments.seeds),
        arguments.output,
        overrides=arguments.set,
    )
    with stop_signals() as stops:
        for number, cell in enumerate(cells, 1):
            if cell.result() is None:
                say(f"run {number} of {len(cells)}: {cell.folder}")
                train(cell, arguments, stops)
            if stops:
                say("stopped; the same command goes on")
                return EXIT_BY_SIGNAL + stops[0]
            write_tables(cells, arguments.output)
    print((arguments.output / "ablation.md").read_text(encoding="utf-8"), end="")
    return 0


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
    if not seeds or len(set(seeds)) < len(seeds):
        raise ConfigError(f"--seeds {text}: different whole numbers are needed, as in 1,2,3")
    return seeds


def train(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    """Run one training to its end, or to a signal."""
    from jmt.cli.train import follow
    from jmt.devices import choose_device
    from jmt.experiments.ablation import drop_weights
    from jmt.experiments.place import release
    from jmt.experiments.run import Run, RunOptions
    from jmt.segmentation import Segmenter

    resuming = (cell.folder / "last").exists()
    if cell.folder.exists() and not resuming:
        release(cell.folder)  # it was stopped before its first step
    options = RunOptions(
        cell.folder, folders=arguments.corpora, device=choose_device(arguments.device), resuming=resuming
    )
    if follow(Run(cell.config, options, Segmenter(cell.config.model.language)), stops) == 0:
        drop_weights(cell.folder)


def write_tables(cells: Sequence[Cell], output: Path) -> None:
    """Write what is known so far, for programs and for readers."""
    from jmt.experiments.ablation import collect, minutes
    from jmt.experiments.comparison import comparison_table

    results, spent = collect(cells), minutes(cells)
    content = {"results": results, "minutes": spent}
    (output / "ablation.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    (output / "ablation.md").write_text(comparison_table(results, spent), encoding="utf-8")
