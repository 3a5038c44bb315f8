"""What trained runs leave on record: configuration, seed, dev scores at the last evaluated epoch, stationarity."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jmt.cascade.kinds import KINDS, SEGMENTER
from jmt.errors import ConfigError
from jmt.experiments.ablation import Scores
from jmt.experiments.comparison import SHOWN
from jmt.runs.config import build_config, read_tables
from jmt.runs.place import CONFIG
from jmt.runs.resuming import dotted_items
from jmt.training.listeners.log_reading import read_events
from jmt.training.selection import main_metric

_LOG = "log.jsonl"

_LEAVE_OUT = "leave this run out"

_LAST_SHARE = 10
"""Stationarity is that of the last of so many equal parts of the steps on record."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run, as its folder tells it."""

    folder: Path
    seed: int
    keys: Mapping[str, Any]
    """The resolved configuration without the seed, every key with its whole path."""
    epoch: int
    """The last one that was evaluated."""
    epochs: int | None
    """How many the configuration asks for."""
    scores: Scores
    """On dev, at that epoch."""
    stationarity: float | None
    """The mean of what the log has of it near its end."""

    @property
    def columns(self) -> dict[str, str]:
        """The tasks that have scores, each with its main metric; failing that, with the first one it does have."""
        return {task: self._metric(task, metrics) for task, metrics in self.scores.items()}

    def _metric(self, task: str, metrics: Mapping[str, float]) -> str:
        main = main_metric(str(self.keys.get(f"task.{task}.kind")), metrics)
        return main if main in metrics else next((name for name in SHOWN if name in metrics), main)


def read_runs(folders: Sequence[Path]) -> list[RunRecord]:
    """Read the records of runs.

    Raises:
        ConfigError: a folder is no run, its configuration is broken, or its log has no evaluated epoch.
        InputError: a line of a log that is none, or holds no event.
    """
    for folder in folders:
        _check_folder(folder)
    configurations = resolved_alike([read_tables(str(folder / CONFIG)) for folder in folders])
    return [_read_run(folder, tables) for folder, tables in zip(folders, configurations, strict=True)]


def _read_run(folder: Path, tables: Mapping[str, Any]) -> RunRecord:
    """Read the log of one run with this resolved configuration."""
    events = read_events(folder / _LOG, remedy=_LEAVE_OUT.capitalize())
    epochs = [event for event in events if event["event"] == "epoch" and event.get("metrics")]
    if not epochs:
        raise ConfigError(
            f"{folder / _LOG}: no epoch was evaluated on dev yet, so there are no scores to compare: {_LEAVE_OUT}"
        )
    scores = epochs[-1]["metrics"]
    keys = dict(dotted_items(tables))
    _check_keys(folder, keys, scores)
    return RunRecord(
        folder=folder,
        seed=keys.pop("seed", 1),
        keys=keys,
        epoch=epochs[-1]["epoch"],
        epochs=keys.get("training.epochs"),
        scores=scores,
        stationarity=stationarity_of(events),
    )


def _check_keys(folder: Path, keys: Mapping[str, Any], tasks: Iterable[str]) -> None:
    """Refuse a configuration that does not say what runs are compared by.

    Raises:
        ConfigError: naming the key, its value and what is allowed.
    """
    kinds = [*KINDS, SEGMENTER]
    for task in tasks:
        if (kind := keys.get(f"task.{task}.kind")) not in kinds:
            _refuse(folder, f"task.{task}.kind", kind, f"one of {', '.join(kinds)}")
    numbers = {"seed": 1, "training.epochs": 1, **{f"task.{task}.level": 1 for task in tasks}}
    for key, usual in numbers.items():
        if type(value := keys.get(key, usual)) is not int:
            _refuse(folder, key, value, "a whole number")


def _refuse(folder: Path, key: str, value: Any, allowed: str) -> None:
    found = "missing" if value is None else repr(value)[:60]
    raise ConfigError(f"{folder / CONFIG}: damaged: {key} is {found}, where {allowed} is needed: {_LEAVE_OUT}")


def _check_folder(folder: Path) -> None:
    """Refuse what is no run's folder, and name a run in it where there is one."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder; name the folders of runs, as `jmt train` makes them")
    for name in (CONFIG, _LOG):
        if not (folder / name).is_file():
            inner = sorted(path.parent for pattern in ("*", "*/*") for path in folder.glob(f"{pattern}/{_LOG}"))
            hint = f"; there are runs in it, such as {inner[0]}" if inner else ""
            raise ConfigError(f"{folder}: this is no folder of a run: it has no {name}{hint}")


def resolved_alike(configurations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Spell out keys that are younger than some of the runs, so that they do not seem to set these apart.

    Where one is no valid configuration any more, all are compared as they were written.
    """
    try:
        return [build_config(tables).to_tables() for tables in configurations]
    except ConfigError:
        return configurations


def stationarity_of(events: Iterable[Mapping[str, Any]]) -> float | None:
    """Return the mean stationarity over the last tenth of the steps that have one, at least one of them."""
    found = [(event.get("diagnosis") or {}).get("stationarity") for event in events if event["event"] == "step"]
    values = [value for value in found if value is not None and math.isfinite(value)]
    last = values[-math.ceil(len(values) / _LAST_SHARE) :]
    return sum(last) / len(last) if last else None


def shared_columns(records: Sequence[RunRecord]) -> list[tuple[str, str]]:
    """Return the tasks, from the lowest level up, and the metrics that all runs are compared by.

    Raises:
        ConfigError: the runs have different tasks, metrics or dev data, or a task has no score that can be compared.
    """
    kinds: dict[tuple[tuple[str, str], ...], list[Path]] = {}
    for record in records:
        kinds.setdefault(tuple(sorted(record.columns.items())), []).append(record.folder)
    if len(kinds) > 1:
        raise ConfigError(
            "runs with different tasks cannot be compared:\n"
            + "\n".join(
                f"  {', '.join(map(str, folders))}: {', '.join(f'{task} ({metric})' for task, metric in columns)}"
                for columns, folders in kinds.items()
            )
        )
    columns = sorted(records[0].columns.items(), key=lambda column: (_lowest_level(records, column[0]), column))
    for task, metric in columns:
        _check_scores(records, task, metric)
    return columns


def _lowest_level(records: Iterable[RunRecord], task: str) -> int:
    """Return the lowest level that any of the runs has a task on."""
    return min(int(record.keys.get(f"task.{task}.level", 1)) for record in records)


def _check_scores(records: Sequence[RunRecord], task: str, metric: str) -> None:
    """Refuse scores that are not there, and scores on dev data of different sizes."""
    for record in records:
        if metric not in record.scores[task]:
            raise ConfigError(f"{record.folder / _LOG}: {task} has no {metric} at epoch {record.epoch}: {_LEAVE_OUT}")
    sizes = {record.scores[task].get("count"): record.folder for record in records}
    if len(sizes) > 1:
        found = "; ".join(f"{folder}: {size}" for size, folder in sizes.items())
        raise ConfigError(f"{task} was scored on different dev data, which cannot be compared (count: {found})")
