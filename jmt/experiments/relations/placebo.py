"""Are a helper's labels behind a gain?  The same pair with shuffled labels of the helper, and the main task for longer.

A helper brings its labels, its sentences, and further updates of what is shared.  With shuffled labels it brings all
but the first; the main task alone, with as many batches more as the helper has, has the updates alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

from jmt.cascade.kinds import sign_of
from jmt.experiments.ablation import Cell, build_cells
from jmt.experiments.comparison import unit_of
from jmt.experiments.judging.intervals import Interval, student_interval
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.judging.verdicts import Question, Verdict, verdict_json, verdict_lines
from jmt.experiments.relations.gains import Gain, Outcome, metric_of, points, runs_alone
from jmt.experiments.variants import Tables, subset_variant
from jmt.runs.config import RunConfig
from jmt.runs.splits import load_splits
from jmt.runs.tasks import training_task
from jmt.segmentation import Segmenter

PLACEBO, LONGER = "placebo", "longer"
"""Kinds of run: with a helper that has shuffled labels; alone, with as many updates as with the helper."""

_AND = "+"
"""Between the helpers that one longer run stands for."""


def placebo_networks(tables: Mapping[str, Any], steps: Mapping[str, int]) -> dict[str, dict[str, Tables]]:
    """Return the networks of both kinds by name; `steps` are batches in an epoch.

    A placebo for every ordered pair; a longer run for all helpers that have as many batches.
    """
    found: dict[str, dict[str, Tables]] = {PLACEBO: {}, LONGER: {}}
    for main, helper in permutations(tables["task"], 2):
        pair = subset_variant(tables, [main, helper])
        pair["task"][helper]["shuffled"] = True
        found[PLACEBO][f"{PLACEBO}-{main}-{helper}"] = pair
    for main in tables["task"]:
        alike: dict[int, list[str]] = {}
        for helper in tables["task"]:
            if helper != main:
                alike.setdefault(steps[helper], []).append(helper)
        for count, helpers in alike.items():
            alone = subset_variant(tables, [main])
            alone["task"][main]["passes"] *= 1 + count / steps[main]
            found[LONGER][f"{LONGER}-{main}-{_AND.join(helpers)}"] = alone
    return found


def plan_placebos(
    config: RunConfig, seeds: Sequence[int], output: Path, folders: Sequence[Path], segmenter: Segmenter
) -> list[Cell]:
    """List the runs of both kinds, seed by seed, for the run of all tasks of `plan_relations`.

    Raises CorpusError where a corpus cannot be read.
    """
    tables = config.to_tables()
    tables["training"]["schedule"] = "sampled"
    splits = load_splits(config, folders, segmenter)
    steps = {task: training_task(config, task, split["train"]).step_count for task, split in splits.items()}
    return build_cells(placebo_networks(tables, steps), seeds, output)


@dataclass(slots=True)
class Control:
    """What a main task gains from what is no helper, as `Gain` has it."""

    main: str
    helper: str
    metric: str
    by_seed: dict[str, dict[int, float]] = field(default_factory=lambda: {PLACEBO: {}, LONGER: {}})
    """Kind of run to seed to gain."""

    def interval(self, kind: str) -> Interval | None:
        """The mean over seeds of one kind, with its interval; None where no run has ended."""
        values = list(self.by_seed[kind].values())
        return student_interval(values) if values else None

    def labels(self, gain: Gain) -> dict[int, float]:
        """What the labels bring: the gain with the helper less that with its placebo, by seed."""
        placebo = self.by_seed[PLACEBO]
        return {seed: value - placebo[seed] for seed, value in gain.by_seed.items() if seed in placebo}

    def question(self, gain: Gain) -> Question:
        """Return what is asked: whether it is the labels."""
        scale, _ = unit_of(self.metric)
        values = tuple(scale * value for value in self.labels(gain).values())
        return Question(f"{self.main} with the labels of {self.helper} - shuffled", self.metric, values)


def controls_of(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], Control]:
    """Return by main task and helper what placebos and longer runs bring, where some seed has the task alone, too."""
    singles = runs_alone(outcomes)
    found: dict[tuple[str, str], Control] = {}
    for outcome in outcomes:
        cell = outcome.cell
        if cell.kind not in (PLACEBO, LONGER):
            continue
        main, helpers = _main_and_helpers(cell)
        if (single := singles.get(main, {}).get(cell.seed)) is None:
            continue
        metric = metric_of(single.cell, single.scores, main)
        gain = outcome.scores[main][metric] - single.scores[main][metric]
        for helper in helpers:
            control = found.setdefault((main, helper), Control(main, helper, metric))
            control.by_seed[cell.kind][cell.seed] = sign_of(metric) * gain
    return found


def _main_and_helpers(cell: Cell) -> tuple[str, list[str]]:
    """Return whom a run is about: of a placebo the task that comes first in its name, of a longer run the only one."""
    tasks = list(cell.config.model.tasks)
    if cell.kind == PLACEBO:
        (pair,) = (pair for pair in permutations(tasks) if cell.variant == f"{PLACEBO}-{'-'.join(pair)}")
        return pair[0], [pair[1]]
    return tasks[0], cell.variant.removeprefix(f"{LONGER}-{tasks[0]}-").split(_AND)


def control_lines(
    controls: Mapping[tuple[str, str], Control],
    gains: Mapping[tuple[str, str], Gain],
    verdicts: Sequence[Verdict],
    *,
    margin: float,
) -> list[str]:
    """Return the part of relations.md about placebos, empty where there are none, with whether it is the labels."""
    if not controls:
        return []
    rows = []
    for pair, control in controls.items():
        gain = gains.get(pair)
        labels = control.labels(gain) if gain else {}
        told = (
            gain.interval if gain else None,
            control.interval(PLACEBO),
            control.interval(LONGER),
            student_interval(list(labels.values())) if labels else None,
        )
        rows.append([*pair, *(points(value, control.metric) for value in told)])
    header = ["main task", "helper", "with the helper", "with shuffled labels", "alone, as many updates", "by labels"]
    return [
        "## Placebos",
        "",
        "What a main task has more than alone: with the helper, with the helper's labels dealt out anew among its "
        "sentences, and alone with as many batches more as the helper has (one run for all helpers that have as many). "
        "The last column is the first less the second, paired by seed: what the labels bring.  That alone is judged.",
        "",
        *markdown_table(header, rows),
        "",
        *verdict_lines(verdicts, margin=margin, title="### Is it the labels?"),
        "",
    ]


def controls_json(
    controls: Mapping[tuple[str, str], Control], verdicts: Mapping[tuple[str, str], Verdict]
) -> list[dict[str, Any]]:
    """Return the same for relations.json: gains in the metric's own unit, verdicts in points."""
    return [
        {
            "main": of.main,
            "helper": of.helper,
            "metric": of.metric,
            "by_seed": of.by_seed,
            "verdict": verdict_json(verdicts[pair]) if pair in verdicts else None,
        }
        for pair, of in controls.items()
    ]
