"""Find out which task helps which: every task alone and with every other one, with several seeds.

A task gets as many batches with its gold in a pair as alone, so that what it gains or loses is the helper's doing.
Told the same again, the command goes on where it was stopped.  DIR holds one run per network and seed, relations.json
with all figures, relations.md with tables, and, with the extra `figures`, relations.png and relations.svg.  Beside the
gains are features of the tasks and cheap estimates from one run of all tasks.  Slopes are reported as they are; no
verdict is made of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.experiments.ablate import read_seeds
from jmt.cli.experiments.ablation_runs import JOBS, train, train_all
from jmt.cli.terminal.console import say, show
from jmt.files.atomic import write_whole

if TYPE_CHECKING:
    from jmt.experiments.ablation import Cell
    from jmt.experiments.relations.gains import Outcome
    from jmt.experiments.relations.report import Relations
    from jmt.runs.run import Run

    Report = Callable[[Sequence[Outcome]], Relations]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt relations`."""
    parser.add_argument(
        "config", metavar="CONFIG", nargs="?", help="a .toml file, or the name of a packaged configuration"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, help="where runs, tables and figures go")
    parser.add_argument("--seeds", metavar="LIST", default="1,2,3", help="default: %(default)s")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="set one key: training.share=0.2"
    )
    parser.add_argument("--corpora", metavar="DIR", type=Path, action="append", default=[], help="where corpora lie")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--jobs", metavar="N", type=int, default=1, help=JOBS)
    parser.add_argument(
        "--mechanisms",
        action="store_true",
        help="instead: show three ways in which tasks can help, on linear models; seconds, no corpus",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train what is not trained yet, and report."""
    check_usage(arguments)
    if arguments.mechanisms:
        return show_mechanisms()
    from jmt.cli.training.train import stop_signals
    from jmt.experiments.cell_records import check_same
    from jmt.experiments.relations.gains import plan, read_outcome

    seeds = read_seeds(arguments.seeds)
    cells = plan(arguments.config, seeds, arguments.output, overrides=arguments.set)
    check_same(cells)
    relations = prepare(cells, seeds, arguments)
    outcomes: dict[Path, Outcome] = {}

    def ended(cell: Cell) -> bool:
        if cell.folder not in outcomes and (found := read_outcome(cell)):
            outcomes[cell.folder] = found
        return cell.folder in outcomes

    def found_so_far() -> list[Outcome]:
        return [outcomes[cell.folder] for cell in cells if ended(cell)]

    def report() -> None:
        write_tables(relations(found_so_far()), arguments.output)

    with stop_signals() as stops:
        code = train_all(cells, arguments, stops, ended=ended, train=train_watched, report=report)
    if code == 0:
        draw(relations(found_so_far()), arguments.output)
        show((arguments.output / "relations.md").read_text(encoding="utf-8").removesuffix("\n"))
    return code


def train_watched(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    """Run one training, with every step in its log."""
    train(cell, arguments, stops, observe=observer_of(cell))


def check_usage(arguments: argparse.Namespace) -> None:
    """Refuse a comparison without its configuration or folder, and either of them where none is made.

    Raises:
        ConfigError: naming what is missing or too much.
    """
    from jmt.errors import ConfigError

    given = {"CONFIG": arguments.config, "--output": arguments.output}
    if arguments.mechanisms and any(given.values()):
        raise ConfigError("--mechanisms trains nothing: drop CONFIG and --output, or leave --mechanisms out")
    if not arguments.mechanisms and (missing := [name for name, value in given.items() if value is None]):
        raise ConfigError(f"{' and '.join(missing)} missing: jmt relations CONFIG --output DIR (or --mechanisms)")


def show_mechanisms() -> int:
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


def prepare(cells: Sequence[Cell], seeds: Sequence[int], arguments: argparse.Namespace) -> Report:
    """Look at the corpora once, before any training; return what makes a report of the runs that have ended."""
    from jmt.errors import ConfigError
    from jmt.experiments.relations.report import relations_of
    from jmt.experiments.relations.task_features import divergences, features_of
    from jmt.runs.splits import load_splits
    from jmt.segmentation import Segmenter

    config = cells[0].config
    splits = load_splits(config, arguments.corpora, Segmenter(config.model.language))
    if missing := [task for task, split in splits.items() if not len(split.get("dev", ()))]:
        raise ConfigError(f"task.{missing[0]}: its corpus has no dev split, and gains are measured there")
    features = {task: features_of(split["train"], split["dev"]) for task, split in splits.items()}
    apart = divergences(split["train"] for split in splits.values())

    def report(outcomes: Sequence[Outcome]) -> Relations:
        return relations_of(
            outcomes, tasks=list(splits), seeds=seeds, planned=len(cells), features=features, divergences=apart
        )

    return report


def observer_of(cell: Cell) -> Callable[[Run], None]:
    """Return what a run is watched by: a log of every step; that of all tasks is looked ahead from, too."""
    from jmt.experiments.relations.lookahead import look_ahead
    from jmt.experiments.relations.step_log import StepLog

    def observe(work: Run) -> None:
        if cell.kind == "all":
            gradients = look_ahead(work.trainer)
            work.log_by(StepLog(work.log.path, affinity=lambda: gradients.affinity))
        else:
            work.log_by(StepLog(work.log.path))

    return observe


def write_tables(found: Relations, output: Path) -> None:
    """Write what is known so far, for programs and for readers."""
    from jmt.experiments.relations.report import relations_json, relations_markdown

    content = json.dumps(relations_json(found), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(output / "relations.json", content + "\n")
    write_whole(output / "relations.md", relations_markdown(found))


def draw(found: Relations, output: Path) -> None:
    """Draw the gains where matplotlib is installed."""
    try:
        from jmt.experiments.figures import save_figure
        from jmt.experiments.relations.figure import relations_figure
    except ImportError as error:
        say(f"no figures were drawn ({error}): they need matplotlib: pip install 'jmt[figures]'")
        return
    save_figure(relations_figure(found), output, "relations")
