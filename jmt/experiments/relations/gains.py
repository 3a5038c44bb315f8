"""Which task helps which: every task alone and with every other one, seed by seed, with equal updates of each task.

All runs but one have schedule `sampled` with proportional shares and the plain sum of losses: an epoch then has every
batch of every corpus exactly once, so that a task gets as many gold batches in a pair as alone, in as many epochs.
(Under `joint` the smaller corpus of a pair would be passed over again; tasks on the same sentences share batches, and
each batch has the gold of both.)  One further run, of all tasks in every step, is for estimates that cost little.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from jmt.cascade.kinds import sign_of
from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell, Scores, build_cells, read_for_comparison, read_log
from jmt.experiments.comparison import SHOWN, unit_of
from jmt.experiments.json_records import damaged
from jmt.experiments.judging.intervals import Interval, student_interval
from jmt.experiments.judging.verdicts import Question
from jmt.experiments.variants import Tables, subset_variant
from jmt.training.selection import main_metric
from jmt.training.settings.schedule import ScheduleSettings

_NOT_MEASURED = (*ScheduleSettings.model_fields, "phase", "weighting", "successive_regularization", "forgetting")
"""Keys of `[training]` that the runs do not take from the configuration."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run that has ended tells of its tasks."""

    cell: Cell
    scores: Scores
    """On dev, after the last epoch."""
    updates: Mapping[str, int]
    """By task: the batches with its gold that parameters were updated from."""
    losses: Sequence[float] = ()
    """Of every update, in order."""
    cosines: Sequence[Mapping[str, float]] = ()
    """Of steps in which every task's gradient was computed: by `first/second`, the cosine of the two."""
    affinities: Sequence[Mapping[str, Mapping[str, float]]] = ()
    """Of steps that were looked ahead from: by the task that takes a step, then by the one that feels it."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What a main task's score has more with a helper than alone; errors are turned, so that more is better."""

    main: str
    helper: str
    metric: str
    by_seed: Mapping[int, float]
    updates: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By seed: gold batches of the main task alone, and in the pair."""

    @property
    def interval(self) -> Interval:
        """The mean over seeds, with its interval."""
        return student_interval(list(self.by_seed.values()))

    @property
    def unequal(self) -> dict[int, tuple[int, int]]:
        """The seeds whose updates were not equal, because steps without a finite loss were left out."""
        return {seed: counts for seed, counts in self.updates.items() if counts[0] != counts[1]}


def plan_relations(
    source: str,
    seeds: Sequence[int],
    output: Path,
    *,
    overrides: Sequence[str] = (),
    tasks: Sequence[str] | None = None,
) -> list[Cell]:
    """List the runs: all tasks together with the first seed; then, seed by seed, each by itself and the pairs.

    Raises:
        ConfigError: a configuration that cannot be built, one task only, or what would make updates unequal.
    """
    tables = measured(read_for_comparison(source, overrides=overrides, tasks=tasks))
    names = list(tables["task"])
    if len(names) < 2:
        raise ConfigError(f"relations are between tasks, and this configuration has {names[0]} alone")
    everything = {**tables, "training": {**tables["training"], "schedule": "joint"}}
    runs = {
        "single": {f"single-{name}": subset_variant(tables, [name]) for name in names},
        "pair": {f"pair-{'-'.join(both)}": subset_variant(tables, both) for both in combinations(names, 2)},
    }
    return build_cells({"all": {"all": everything}}, seeds[:1], output) + build_cells(runs, seeds, output)


def measured(tables: Tables) -> Tables:
    """Return a configuration as it is measured: every corpus once an epoch, the plain sum.

    Raises:
        ConfigError: levels that tasks have copies of, or tasks that are no main ones.
    """
    for name, task in tables["task"].items():
        if task.get("role", "main") != "main":
            raise ConfigError(
                f"task.{name}.role = {task['role']!r}: here every task is main task and helper in turn: drop the key"
            )
    if tables["sharing"]:
        raise ConfigError(
            "sharing: a task by itself has nothing to share, so that a pair would be another network than its tasks "
            "alone: drop the table"
        )
    training: dict[str, Any] = {key: value for key, value in tables["training"].items() if key not in _NOT_MEASURED}
    training["selection"] = {**training["selection"], "metrics": []}
    return {**tables, "training": {**training, "schedule": "sampled"}}


def read_outcome(cell: Cell) -> Outcome | None:
    """Read the log of a run, which has every step; None while the run has not ended.

    Raises:
        InputError: a line that is no event, or a task without scores after the last epoch.
    """
    records = read_log(cell.folder)
    last = next(
        (line for line in records if line["event"] == "epoch" and line["epoch"] == cell.config.training.epochs), None
    )
    if last is None:
        return None
    scores: Scores = last["metrics"]
    if missing := [task for task in cell.config.model.tasks if not scores.get(task)]:
        raise damaged(cell.folder / "log.jsonl", f"{missing[0]} has no scores after the last epoch")
    steps = [line for line in records if line["event"] == "step" and not line["skipped"]]
    return Outcome(
        cell,
        scores,
        Counter(task for line in steps for task in line["task"].split("+")),
        [line["loss"] for line in steps],
        [line["diagnosis"]["cosines"] for line in steps if line.get("diagnosis", {}).get("cosines")],
        [line["affinity"] for line in records if line["event"] == "affinity"],
    )


def metric_of(cell: Cell, scores: Scores, task: str) -> str:
    """Return the metric that a task is compared by."""
    main = main_metric(cell.config.model.tasks[task].kind, scores[task])
    return main if main in scores[task] else next((name for name in SHOWN if name in scores[task]), main)


def runs_alone(outcomes: Sequence[Outcome]) -> dict[str, dict[int, Outcome]]:
    """Return the runs of single tasks: task to seed to run."""
    found: dict[str, dict[int, Outcome]] = {}
    for outcome in outcomes:
        if outcome.cell.kind == "single":
            (task,) = outcome.scores
            found.setdefault(task, {})[outcome.cell.seed] = outcome
    return found


def measured_gains(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], Gain]:
    """Return by main task and helper what the helper brings, where some seed has both runs."""
    singles = runs_alone(outcomes)
    found: dict[tuple[str, str], Gain] = {}
    for pair in (outcome for outcome in outcomes if outcome.cell.kind == "pair"):
        seed = pair.cell.seed
        for main, helper in permutations(pair.scores):
            if seed not in singles.get(main, {}):
                continue
            single = singles[main][seed]
            metric = metric_of(single.cell, single.scores, main)
            before, after = (sign_of(metric) * run.scores[main][metric] for run in (single, pair))
            known = found.get((main, helper), Gain(main, helper, metric, {}))
            found[main, helper] = Gain(
                main,
                helper,
                metric,
                {**known.by_seed, seed: after - before},
                {**known.updates, seed: (single.updates[main], pair.updates[main])},
            )
    return found


def points(gain: Interval | None, metric: str) -> str:
    """Write a gain in points, with its interval; errors in their own unit; nothing of None."""
    if gain is None:
        return ""
    scale, digits = unit_of(metric)
    half = f" ± {scale * gain.half:.{digits}f}" if math.isfinite(gain.half) else ""
    return f"{scale * gain.mean:+.{digits}f}{half}"


def question_of(gain: Gain) -> Question:
    """Return what is asked of a gain: whether the helper helps."""
    scale, _ = unit_of(gain.metric)
    values = tuple(scale * value for value in gain.by_seed.values())
    return Question(f"{gain.main} with {gain.helper} - alone", gain.metric, values)
