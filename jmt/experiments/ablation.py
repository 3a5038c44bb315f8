"""Networks compared under equal budgets: every variant with every seed, one ordinary training run each.

A run lies in OUTPUT/VARIANT/SEED and is told the same number of passes over the same sentences of each corpus; what
counts are its dev scores after the last epoch.  Its log is its record: tables are made from the logs alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from jmt.errors import ConfigError
from jmt.experiments.json_records import damaged, train_again
from jmt.experiments.unknown_words import read_unknown
from jmt.experiments.variants import Tables, variants
from jmt.files.atomic import hidden_beside
from jmt.runs.config import RunConfig, build_config, forget_tasks, read_config
from jmt.training.listeners.log_reading import read_events

Scores = dict[str, dict[str, float]]
"""Task to metric to value."""

_LONGEST_GAP = 600.0
"""Seconds between two records of a log, above which the run was stopped and went on later."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One run of a comparison."""

    kind: str
    """What is compared: cascade, flat or single."""
    variant: str
    """The network: of `single` one per task."""
    seed: int
    folder: Path
    config: RunConfig

    def result(self) -> Scores | None:
        """Return the dev scores after the last epoch, with those on unknown words; None while it has not ended.

        Raises:
            InputError: a record is damaged, or there are no scores.
        """
        last = next((event for event in self._events() if event["epoch"] == self.config.training.epochs), None)
        if last is None:
            return None
        unknown = read_unknown(self.folder)
        return {task: {**scores, **unknown.get(task, {})} for task, scores in _scores_of(last, self.folder).items()}

    def seconds(self) -> float:
        """Return how long training has taken, from the first record of the log on; longer gaps are pauses."""
        times: list[float] = [record["time"] for record in read_log(self.folder)]
        return sum(gap for gap in (later - earlier for earlier, later in pairwise(times)) if gap < _LONGEST_GAP)

    def _events(self) -> Iterator[dict[str, Any]]:
        return (record for record in read_log(self.folder) if record["event"] == "epoch")


def _scores_of(epoch: Mapping[str, Any], folder: Path) -> Scores:
    """Return the dev scores in the record of an epoch.

    Raises:
        InputError: there are none.
    """
    found: Scores = epoch["metrics"]
    if not found:
        raise damaged(folder / "log.jsonl", "the last epoch has no scores")
    return found


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the records of a run's log, none where there is no log.

    Raises:
        InputError: a line that is none.
    """
    log = folder / "log.jsonl"
    return read_events(log, remedy=train_again(folder)) if log.exists() else []


def plan_ablation(
    source: str,
    kinds: Sequence[str],
    seeds: Sequence[int],
    output: Path,
    *,
    overrides: Sequence[str] = (),
    tasks: Sequence[str] | None = None,
) -> list[Cell]:
    """List the runs of a comparison, seed by seed, so that all variants have one seed before any has the next.

    Raises:
        ConfigError: a configuration or a variant that cannot be built.
    """
    tables = read_for_comparison(source, overrides=overrides, tasks=tasks)
    return build_cells({kind: variants(tables, kind) for kind in kinds}, seeds, output)


def read_for_comparison(source: str, *, overrides: Sequence[str] = (), tasks: Sequence[str] | None = None) -> Tables:
    """Read a configuration, or some of its tasks, whose runs all go to their last epoch and are scored there alone.

    A segmenter is left out, since it shares no weight with the tasks.

    Raises:
        ConfigError: a configuration that cannot be built, one that may stop earlier, or one without tasks to compare.
    """
    config = read_config(source, overrides=overrides, tasks=tasks)
    tables = config.to_tables()
    if segmenter := config.model.segmenter:
        if not config.model.tasks:
            raise ConfigError(f"{source}: `{segmenter.name}` alone shares no weight with a task: nothing to compare")
        del tables["task"][segmenter.name]
        tables["training"] = forget_tasks(tables["training"], [segmenter.name])
    tables["training"]["evaluate_every"] = config.training.epochs
    if config.training.selection.patience is not None:
        raise ConfigError("training.selection.patience: runs of equal budgets all go to their last epoch; drop it")
    return tables


def build_cells(kinds: Mapping[str, Mapping[str, Tables]], seeds: Sequence[int], output: Path) -> list[Cell]:
    """List the runs of all networks of all kinds, seed by seed.

    Raises:
        ConfigError: a network that cannot be built.
    """
    return [
        Cell(kind, name, seed, output / name / str(seed), build_config({**changed, "seed": seed}))
        for seed in seeds
        for kind, networks in kinds.items()
        for name, changed in networks.items()
    ]


def drop_weights(folder: Path) -> None:
    """Delete the networks of a run that has ended; its configuration, log and curves stay.

    Each is moved out of its place first: a kill leaves no half of one to go on from.
    """
    for part in ("best", "last"):
        gone = hidden_beside(folder / part, "gone")
        shutil.rmtree(gone, ignore_errors=True)
        if (folder / part).exists():
            (folder / part).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def collect_results(cells: Sequence[Cell]) -> dict[str, dict[int, Scores]]:
    """Return the results so far: kind to seed to the scores of its tasks, those of single tasks put together.

    A seed of a kind whose runs have not all ended is left out.

    Raises:
        InputError: a record is damaged, or lacks a task that others have.
    """
    of_all = list(zip(cells, results_of(cells), strict=True))
    results: dict[str, dict[int, Scores]] = {}
    for kind, seed in dict.fromkeys((cell.kind, cell.seed) for cell in cells):
        found = [result for cell, result in of_all if (cell.kind, cell.seed) == (kind, seed)]
        results.setdefault(kind, {})
        if all(result is not None for result in found):
            results[kind][seed] = {task: scores for result in found if result for task, scores in result.items()}
    return results


def results_of(cells: Sequence[Cell]) -> list[Scores | None]:
    """Return the results of runs, None of those that have not ended.

    Raises:
        InputError: a record is damaged, or lacks a task that it should have and others have: seeds would be missing.
    """
    results = [cell.result() for cell in cells]
    ended = [(cell, scores) for cell, scores in zip(cells, results, strict=True) if scores is not None]
    owners = {task: cell for cell, scores in reversed(ended) for task, found in scores.items() if found}
    for cell, scores in ended:
        if missing := [task for task in owners if task in cell.config.model.tasks and not scores.get(task)]:
            reason = f"{missing[0]} has no scores after the last epoch, as it has in {owners[missing[0]].folder}"
            raise damaged(cell.folder / "log.jsonl", reason)
    return results


def minutes_by_kind(cells: Sequence[Cell]) -> Mapping[str, float]:
    """Return the mean minutes of training that one seed of each kind has taken, over all of its runs."""
    ended = [cell for cell in cells if cell.result() is not None]
    return {
        kind: sum(cell.seconds() for cell in ended if cell.kind == kind)
        / 60
        / len({cell.seed for cell in ended if cell.kind == kind})
        for kind in dict.fromkeys(cell.kind for cell in ended)
    }
