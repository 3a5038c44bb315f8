"""Compare networks, methods of weighting, or the paper's ablations, under equal budgets.

--variants: the cascade, the same tasks all on top (flat), and each task alone (single).  --paper: the ablations of
Hashimoto et al. 2017 that mean something for the configuration.  --methods: ways to weigh tasks (`jmt methods`), under
schedule `joint`, each with the learning rate that is best on the grid of --rates, against the sum of the losses; beside
them, tuned alike, sums with random static weights (--static K) and each task by itself (--no-single leaves it out).

Everything is trained with every seed, for the same number of passes over the same sentences; what counts are dev
scores after the last epoch.  Told the same again, the command goes on where it was stopped.  DIR holds one run per
network and seed, ablation.json with all scores, ablation.md with means, intervals, paired differences, and what
these come to (above, below, the same within --margin, or open), and that drawn: verdicts.png, with the extra `figures`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jmt.cli.experiments.ablation_runs import has_all_scores, train_all, train_for_table
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
from jmt.cli.options.task_list import add_tasks, compared_tasks, different_names
from jmt.cli.terminal.console import say, show

if TYPE_CHECKING:
    from jmt.experiments.ablation import Cell, Scores
    from jmt.experiments.methods.runs import MethodRuns

_RATES = "0.5,1,2"
_OWN_RATES = "0.2,1,5"
_WIDEN = 2
_STATIC = 3
"""Vectors of random static weights."""
_MOST_STATIC = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jmt ablate`."""
    add_config(parser)
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="where runs and tables go")
    compared = parser.add_mutually_exclusive_group()
    compared.add_argument("--variants", metavar="LIST", default="cascade,flat,single", help="default: %(default)s")
    compared.add_argument("--methods", metavar="LIST", help="such as uncertainty,mgda; sum and random are always there")
    compared.add_argument(
        "--paper", metavar="LIST", nargs="?", const="", help="the paper's ablations, or some of them, by name"
    )
    add_margin(parser)
    add_seeds(parser)
    parser.add_argument(
        "--rates", metavar="LIST", help=f"of --methods: factors of the learning rate to choose from (default: {_RATES})"
    )
    parser.add_argument(
        "--widen",
        metavar="N",
        type=int,
        help=f"of --methods: rates to try beyond an end of the grid where the best one is (default: {_WIDEN})",
    )
    parser.add_argument(
        "--own-rates",
        metavar="LIST",
        help=f"of --methods that learn weights: factors of the rate that they learn at (default: {_OWN_RATES})",
    )
    parser.add_argument(
        "--tuning-seed", metavar="N", type=int, help="of --methods: the seed that rates are chosen with (default: 0)"
    )
    parser.add_argument(
        "--static", metavar="K", type=int, help=f"of --methods: random static weights beside them (default: {_STATIC})"
    )
    parser.add_argument(
        "--single",
        action=argparse.BooleanOptionalAction,
        help="of --methods: each task by itself beside them (default: yes)",
    )
    add_tasks(parser, meaning="compare on these tasks alone, as in xpos,dep")
    add_changes(parser, example="training.share=0.2")
    add_corpora(parser)
    add_device(parser)
    add_jobs(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train what is not trained yet, and report."""
    from jmt.errors import ConfigError
    from jmt.experiments.report_files import check_own

    kind = "methods" if arguments.methods is not None else "paper" if arguments.paper is not None else "variants"
    check_own(arguments.output, "ablation", kind)
    if arguments.methods is not None:
        code = _run_methods(arguments)
    else:
        for option in ("rates", "widen", "own_rates", "tuning_seed", "static", "single"):
            if getattr(arguments, option) is not None:
                raise ConfigError(f"--{option.replace('_', '-')}: it is of --methods alone; drop it")
        code = _run_paper(arguments) if arguments.paper is not None else _run_variants(arguments)
    if code == 0:
        show((arguments.output / "ablation.md").read_text(encoding="utf-8").removesuffix("\n"))
    return code


def _run_variants(arguments: argparse.Namespace) -> int:
    """Compare the cascade with flat and single networks."""
    from jmt.experiments.ablation import plan_ablation
    from jmt.experiments.ablation_report import write_ablation
    from jmt.experiments.earlier_runs import check_earlier_runs
    from jmt.experiments.variants import describe_kinds

    kinds, seeds = different_names("--variants", arguments.variants), read_seeds(arguments.seeds)
    tasks = compared_tasks(arguments.tasks)
    cells = plan_ablation(arguments.config, kinds, seeds, arguments.output, overrides=arguments.set, tasks=tasks)
    check_earlier_runs(cells, arguments.corpora, tell=say)
    baselines = _baselines(arguments)
    margin = read_margin(arguments.margin)
    about = describe_kinds(kinds)

    def report() -> None:
        write_ablation(cells, arguments.output, baselines=baselines, margin=margin, tell=say, about=about)

    return _run_cells(cells, arguments, report)


def _run_paper(arguments: argparse.Namespace) -> int:
    """Compare the configuration with the paper's ablations of it."""
    from jmt.experiments.ablation import build_cells
    from jmt.experiments.ablation_report import write_ablation
    from jmt.experiments.earlier_runs import check_earlier_runs
    from jmt.experiments.paper_variants import FURTHER, describe_variants, paper_endpoints, paper_variants

    tables, margin = _tables(arguments), read_margin(arguments.margin)
    chosen = paper_variants(tables, different_names("--paper", arguments.paper) if arguments.paper else [])
    for name, reason in chosen.left_out.items():
        say(f"left out: {name}: {reason}")
    cells = build_cells(chosen.networks, read_seeds(arguments.seeds), arguments.output)
    check_earlier_runs(cells, arguments.corpora, tell=say)
    extra = {"kind": "paper", "left_out": chosen.left_out}
    baselines, about = _baselines(arguments), describe_variants(chosen)
    endpoints = paper_endpoints(tables, chosen.networks)

    def report() -> None:
        write_ablation(
            cells,
            arguments.output,
            baselines=baselines,
            margin=margin,
            tell=say,
            endpoints=endpoints,
            about=about,
            further=FURTHER,
            extra=extra,
        )

    return _run_cells(cells, arguments, report)


def _baselines(arguments: argparse.Namespace) -> dict[str, Scores]:
    """Return what answers without a model score on the data of all tasks."""
    from jmt.cli.experiments.ablation_runs import segmenter_of
    from jmt.experiments.baselines import baselines_of
    from jmt.runs.config import build_config

    config = build_config(_tables(arguments))
    return baselines_of(config, arguments.corpora, segmenter_of(config.model.language))


def _tables(arguments: argparse.Namespace) -> dict[str, Any]:
    """Read the configuration that is asked for."""
    from jmt.experiments.ablation import read_for_comparison

    return read_for_comparison(arguments.config, overrides=arguments.set, tasks=compared_tasks(arguments.tasks))


def _run_cells(cells: Sequence[Cell], arguments: argparse.Namespace, report: Callable[[], None]) -> int:
    """Train networks one after the other, as `jmt train` would."""
    from jmt.cli.training.train import stop_signals

    with stop_signals() as stops:
        return train_all(cells, arguments, stops, ended=has_all_scores, train=train_for_table, report=report)


def _run_methods(arguments: argparse.Namespace) -> int:
    """Tune every method on the grid, then compare them at their best rates."""
    from jmt.cli.experiments.ablation_runs import train_and_count, train_for_scores
    from jmt.cli.training.train import stop_signals
    from jmt.experiments.cell_records import has_ended
    from jmt.experiments.earlier_runs import check_earlier_runs
    from jmt.experiments.methods.writing import write_methods

    _check_count("--static", arguments.static, "0 leaves random static weights out", most=_MOST_STATIC)
    _check_count("--widen", arguments.widen, "0 leaves the grid as it is")
    _check_count("--tuning-seed", arguments.tuning_seed, "it is a seed like any other")
    runs = _planned_methods(arguments)
    for note in runs.notes:
        say(note)
    check_earlier_runs(runs.tuning(), arguments.corpora, tell=say)
    baselines = _baselines(arguments)

    def report() -> None:
        write_methods(runs, tell=say, baselines=baselines)

    with stop_signals() as stops:
        while waiting := [cell for cell in runs.tuning() if not has_ended(cell)]:  # grids grow with their results
            say(f"choosing rates, {len(waiting)} to go; wider grids may follow, and then the comparison")
            code = train_all(
                waiting, arguments, stops, ended=has_ended, train=train_for_scores, report=report, by_seed=True
            )
            if code:
                return code
        tuned, own = runs.tuned(), runs.own_tuned()
        for method in tuned:
            say(f"{method}: {runs.describe_rates(method, tuned, own)}")
        cells = runs.final(tuned, own)
        check_earlier_runs(cells, arguments.corpora, tell=say)
        say(f"comparing: {len(cells)} runs")
        return train_all(cells, arguments, stops, ended=has_ended, train=train_and_count, report=report, by_seed=True)


def _planned_methods(arguments: argparse.Namespace) -> MethodRuns:
    """Plan the runs that the options ask for."""
    from jmt.cli.experiments.ablation_runs import segmenter_of
    from jmt.experiments.methods.references import joint_passes
    from jmt.experiments.methods.runs import plan_methods
    from jmt.experiments.methods.tuning import read_rates

    def passes(tables: Mapping[str, Any]) -> Mapping[str, float]:
        if arguments.single is False:
            return {}
        return joint_passes(tables, arguments.corpora, segmenter_of(tables["language"]))

    return plan_methods(
        arguments.config,
        different_names("--methods", arguments.methods),
        read_seeds(arguments.seeds),
        arguments.output,
        rates=read_rates(_RATES if arguments.rates is None else arguments.rates),
        widen=_WIDEN if arguments.widen is None else arguments.widen,
        own_rates=read_rates(_OWN_RATES if arguments.own_rates is None else arguments.own_rates, "--own-rates"),
        margin=read_margin(arguments.margin),
        tuning_seed=arguments.tuning_seed or 0,
        overrides=arguments.set,
        tasks=compared_tasks(arguments.tasks),
        static=_STATIC if arguments.static is None else arguments.static,
        passes=passes,
    )


def _check_count(option: str, count: int | None, none: str, *, most: int | None = None) -> None:
    """Refuse a number that is none, or more than anybody can want.

    Raises:
        ConfigError: it is below zero, or above `most`.
    """
    from jmt.errors import ConfigError

    if count is not None and count < 0:
        raise ConfigError(f"{option} {count}: a number from 0 upwards is needed; {none}")
    if count is not None and most is not None and count > most:
        raise ConfigError(f"{option} {count}: at most {most} can be compared")
