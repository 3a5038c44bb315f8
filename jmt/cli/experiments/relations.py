"""Find out which task helps which: every task alone and with every other one, with several seeds.

A task gets as many batches with its gold in a pair as alone, so that what it gains or loses is the helper's doing.
Told the same again, the command goes on where it was stopped.  DIR holds one run per network and seed, relations.json
with all figures, relations.md with tables, and, with the extra `figures`, relations.png and relations.svg.  Each gain
is judged: above, below, the same within --margin, or open.  Beside the gains are features of the tasks and cheap
estimates from one run of all tasks.  Slopes are reported as they are; no verdict is made of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.experiments.ablation_runs import segmenter_of, train, train_all
from jmt.cli.options.computing import add_device, add_jobs
from jmt.cli.options.configuration import (
    add_changes,
    add_config,
    add_corpora,
    add_margin,
    add_seeds,
    read_margin,
    read_seeds,
)
from jmt.cli.options.task_list import add_tasks, compared_tasks
from jmt.cli.terminal.console import say, show

if TYPE_CHECKING:
    from jmt.experiments.ablation import Cell
    from jmt.experiments.relations.gains import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt relations`."""
    add_config(parser, optional=True)
    parser.add_argument("--output", metavar="DIR", type=Path, help="where runs, tables and figures go")
    add_seeds(parser)
    add_margin(parser)
    add_tasks(parser, meaning="these tasks alone, as in xpos,dep")
    add_changes(parser, example="training.share=0.2")
    add_corpora(parser)
    add_device(parser)
    add_jobs(parser)
    parser.add_argument(
        "--placebo",
        action="store_true",
        help="also every ordered pair with shuffled labels of the helper, and every task alone with as many updates",
    )
    parser.add_argument(
        "--mechanisms",
        action="store_true",
        help="instead: show five ways in which tasks can help, on linear models; seconds, no corpus",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train what is not trained yet, and report."""
    _check_usage(arguments)
    if arguments.mechanisms:
        return _show_mechanisms()
    from jmt.cli.training.train import stop_signals
    from jmt.experiments.earlier_runs import check_earlier_runs
    from jmt.experiments.relations.gains import plan_relations, read_outcome
    from jmt.experiments.relations.placebo import plan_placebos
    from jmt.experiments.relations.report_maker import report_maker
    from jmt.experiments.relations.writing import draw_relations, write_relations
    from jmt.experiments.report_files import check_own

    check_own(arguments.output, "relations")
    seeds = read_seeds(arguments.seeds)
    tasks = compared_tasks(arguments.tasks)
    cells = plan_relations(arguments.config, seeds, arguments.output, overrides=arguments.set, tasks=tasks)
    segmenter = segmenter_of(cells[0].config.model.language)
    if arguments.placebo:
        cells += plan_placebos(cells[0].config, seeds, arguments.output, arguments.corpora, segmenter)
    check_earlier_runs(cells, arguments.corpora, tell=say)
    relations = report_maker(cells, seeds, arguments.corpora, segmenter, margin=read_margin(arguments.margin))
    outcomes: dict[Path, Outcome] = {}

    def ended(cell: Cell) -> bool:
        if cell.folder not in outcomes and (found := read_outcome(cell)):
            outcomes[cell.folder] = found
        return cell.folder in outcomes

    def found_so_far() -> list[Outcome]:
        return [outcomes[cell.folder] for cell in cells if ended(cell)]

    def report() -> None:
        write_relations(relations(found_so_far()), arguments.output)

    with stop_signals() as stops:
        code = train_all(cells, arguments, stops, ended=ended, train=_train_watched, report=report)
    if code == 0:
        draw_relations(relations(found_so_far()), arguments.output, tell=say)
        show((arguments.output / "relations.md").read_text(encoding="utf-8").removesuffix("\n"))
    return code


def _train_watched(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    """Run one training, with every step in its log."""
    from jmt.experiments.relations.watching import observer_of

    train(cell, arguments, stops, observe=observer_of(cell))


def _check_usage(arguments: argparse.Namespace) -> None:
    """Refuse a comparison without its configuration or folder, and either of them where none is made.

    Raises:
        ConfigError: naming what is missing or too much.
    """
    from jmt.errors import ConfigError

    given = {"CONFIG": arguments.config, "--output": arguments.output}
    unused = {**given, "--placebo": arguments.placebo}
    if arguments.mechanisms and (much := [name for name, value in unused.items() if value]):
        raise ConfigError(f"--mechanisms trains nothing: drop {' and '.join(much)}, or leave --mechanisms out")
    if not arguments.mechanisms and (missing := [name for name, value in given.items() if value is None]):
        raise ConfigError(f"{' and '.join(missing)} missing: jmt relations CONFIG --output DIR (or --mechanisms)")


def _show_mechanisms() -> int:
    """Print what each mechanism does beside what it should do."""
    import numpy as np

    from jmt.cli.terminal.console import format_table
    from jmt.experiments.relations.mechanisms import MECHANISMS

    rows = []
    for name, mechanism in MECHANISMS.items():
        shown = mechanism(np.random.default_rng(1))
        figures = (shown.alone, shown.alone_expected, shown.together, shown.together_expected)
        rows.append([name, shown.figure, *(f"{figure:.3f}" for figure in figures)])
    show(format_table(["mechanism", "figure", "alone", "expected", "together", "expected"], rows))
    show("Each was made to happen; that it can is no evidence that one of them is behind a gain between real tasks.")
    return 0
