"""Every key by which a configuration does not go on from a trained cascade, with both values and what to write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import is_pair
from jmt.cascade.task_config import HeadConfig, Read

_FREE = frozenset({"kind", "level", "reads", "column", "minimum", "dropout", "input_dropout", "tree"})
"""Keys of a task that are compared otherwise, or that no weight depends on."""


def misfits_of(old: ModelConfig, new: ModelConfig, merged: Mapping[str, HeadConfig]) -> Iterator[str]:
    """Yield a line for everything in `new` that the weights of `old` do not fit.

    `merged` are the tasks of both, those of `new` first; new tasks, labels, words and n-grams always fit.
    """
    if old.language != new.language:
        yield _line("language", new.language, old.language)
    yield from _encoder(old, new)
    if old.sharing != new.sharing or (new.sharing and set(new.tasks) - set(old.tasks)):
        yield (
            "sharing: a cascade whose levels are split among its tasks goes on with the same [sharing] and no new tasks"
        )
    for name, task in new.tasks.items():
        if name in old.tasks:
            yield from _task(name, old.tasks[name], task)
    yield from _reads(old, new, merged)


def _encoder(old: ModelConfig, new: ModelConfig) -> Iterator[str]:
    given = new.encoder.model_dump()
    for key, value in old.encoder.model_dump().items():
        if key not in given:  # of another kind, which is a line of its own
            continue
        if given[key] != value:
            yield _line(f"encoder.{key}", given[key], value)


def _task(name: str, old: HeadConfig, new: HeadConfig) -> Iterator[str]:
    if old.kind != new.kind:
        yield (
            f"task.{name}: a {new.kind} on level {new.level}; in the model to start from it is a {old.kind} on level "
            f"{old.level}: give it another name, or the same kind and level"
        )
        return
    if old.level != new.level:
        yield (
            f"task.{name}: a {new.kind} on level {new.level}; in the model to start from it is a {old.kind} on level "
            f"{old.level}: give it another name, or --set task.{name}.level={old.level}"
        )
    before = old.model_dump()
    for key, value in new.model_dump().items():
        if key not in _FREE and value != before[key] and not (key == "score_range" and value is None):
            yield _line(f"task.{name}.{key}", value, before[key])


def _reads(old: ModelConfig, new: ModelConfig, merged: Mapping[str, HeadConfig]) -> Iterator[str]:
    """Tell of tasks that read where nothing was read before, or nothing where something was: a size depends on it."""
    for name, task in new.tasks.items():
        if name not in old.tasks or old.tasks[name].level != task.level or old.tasks[name].kind != task.kind:
            continue
        was, now = old.reads_at(task.level), _token_reads(merged, task.level)
        pairs_before, pairs_now = len(old.pair_reads(name)), len(new.pair_reads(name))
        if bool(was) != bool(now) or pairs_before != pairs_now:
            given, before = ([read.task for read in config.reads] for config in (task, old.tasks[name]))
            yield (
                f"task.{name}.reads = {json.dumps(given)}: the model to start from has {json.dumps(before)}; what a "
                "level reads keeps its size: name these tasks in the configuration, too"
            )


def _token_reads(merged: Mapping[str, HeadConfig], level: int) -> list[Read]:
    pairs = {name for name, task in merged.items() if is_pair(task)}
    return [read for task in merged.values() if task.level == level for read in task.reads if read.task not in pairs]


def _line(key: str, given: Any, before: Any) -> str:
    return f"{key} = {given!r}: the model to start from has {before!r}; --set {key}={_toml(before)} keeps it"


def _toml(value: Any) -> str:
    """Write a value for the shell: what holds brackets or quotes stands in single quotes."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"'{text}'" if isinstance(value, list | tuple) else text
