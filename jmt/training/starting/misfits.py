"""Every key by which a configuration does not go on from a trained cascade, with both values and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import is_pair
from jmt.cascade.task_config import HeadConfig, Read, SegmenterConfig

_FREE = frozenset({"kind", "level", "reads", "column", "minimum", "dropout", "input_dropout", "tree", "arguments"})
"""Keys of a task that are compared otherwise, or that no weight depends on."""

_FREE_OF_ENCODER = frozenset(
    {"pretrained", "word_minimum", "ngram_minimum", "word_dropout", "input_dropout", "vertical_dropout", "tap_dropout"}
    | {"window", "overlap", "checkpointing"}
)
"""Keys of the encoder that no weight depends on; where a pretrained one came from is the model's to say."""

_FREE_OF_SEGMENTER = frozenset({"dropout", "trait_dropout", "minimum"})
"""Keys of a segmenter that no weight depends on."""


class Misfit(NamedTuple):
    """One key that does not fit."""

    key: str
    given: str
    """What the configuration says."""
    before: str
    """What the model has."""
    remedy: str


_HEADER = Misfit("key", "in the configuration", "in the model", "what to do")


def lay_out(misfits: Sequence[Misfit]) -> str:
    """Return a table with a line for each."""
    lines = [_HEADER, *misfits]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def misfits_of(old: ModelConfig, new: ModelConfig, merged: Mapping[str, HeadConfig]) -> Iterator[Misfit]:
    """Yield everything in `new` that the weights of `old` do not fit.

    `merged` are the tasks of both, those of `new` first; new tasks, labels, words and n-grams always fit.
    """
    if old.language != new.language:
        yield _kept("language", new.language, old.language)
    yield from _differences("encoder", old.encoder.model_dump(), new.encoder.model_dump(), _FREE_OF_ENCODER)
    if old.sharing != new.sharing or (new.sharing and set(new.tasks) - set(old.tasks)):
        given, before = (", ".join(config.sharing) or "none" for config in (new, old))
        yield Misfit("sharing", given, before, "the same [sharing] and no new tasks: levels are split among the tasks")
    if old.segmenter and new.segmenter:
        yield from _segmenter(old.segmenter, new.segmenter)
    for name, task in new.tasks.items():
        if name in old.tasks:
            yield from _task(name, old.tasks[name], task)
    yield from _unknown_reads(new, merged)
    yield from _reads(old, new, merged)


def _differences(table: str, old: Mapping[str, Any], new: Mapping[str, Any], free: frozenset[str]) -> Iterator[Misfit]:
    for key, value in old.items():
        if key in free or key not in new:  # not there: of another kind, which is a line of its own
            continue
        grows = key == "corpus_vectors" or (key == "taps" and value)  # new corpora and levels follow those that were
        now = new[key][: len(value)] if grows else new[key]
        if now != value:
            yield _kept(f"{table}.{key}", new[key], value)


def _segmenter(old: SegmenterConfig, new: SegmenterConfig) -> Iterator[Misfit]:
    if old.name != new.name:
        yield Misfit(
            f"task.{new.name}", f"the segmenter is `{new.name}`", f"`{old.name}`", f"call it [task.{old.name}]"
        )
    free = _FREE_OF_SEGMENTER | {"name"}
    yield from _differences(f"task.{new.name}", old.model_dump(), new.model_dump(), free)


def _task(name: str, old: HeadConfig, new: HeadConfig) -> Iterator[Misfit]:
    if old.kind != new.kind:
        remedy = f"call it otherwise, or --set task.{name}.kind={old.kind}"
        yield Misfit(f"task.{name}.kind", new.kind, old.kind, remedy)
        return
    if old.level != new.level:
        remedy = f"call it otherwise, or --set task.{name}.level={old.level}"
        yield Misfit(f"task.{name}.level", str(new.level), str(old.level), remedy)
    before, now = old.model_dump(), new.model_dump()
    unset = frozenset({"score_range"} if now.get("score_range") is None else ())
    yield from _differences(f"task.{name}", before, now, _FREE | unset)


def _unknown_reads(new: ModelConfig, merged: Mapping[str, HeadConfig]) -> Iterator[Misfit]:
    """Tell of reads of tasks that neither of the two has."""
    for name, task in new.tasks.items():
        for read in task.reads:
            if read.task not in merged:
                yield Misfit(f"task.{name}.reads", read.task, "no such task", f"one of {', '.join(merged)}, or none")


def _reads(old: ModelConfig, new: ModelConfig, merged: Mapping[str, HeadConfig]) -> Iterator[Misfit]:
    """Tell of tasks that read where nothing was read before, or nothing where something was: a size depends on it."""
    for name, task in new.tasks.items():
        if name not in old.tasks or old.tasks[name].level != task.level or old.tasks[name].kind != task.kind:
            continue
        was, now = old.reads_at(task.level), _token_reads(merged, task.level)
        pairs_now = [read for read in task.reads if read.task in merged and is_pair(merged[read.task])]
        if bool(was) != bool(now) or len(old.pair_reads(name)) != len(pairs_now):
            given, before = (json.dumps([read.task for read in config.reads]) for config in (task, old.tasks[name]))
            yield Misfit(f"task.{name}.reads", given, before, f"--set task.{name}.reads={_toml(json.loads(before))}")


def _token_reads(merged: Mapping[str, HeadConfig], level: int) -> list[Read]:
    pairs = {name for name, task in merged.items() if is_pair(task)}
    reads = [read for task in merged.values() if task.level == level for read in task.reads]
    return [read for read in reads if read.task in merged and read.task not in pairs]


def _kept(key: str, given: Any, before: Any) -> Misfit:
    """Return the misfit of a key that has to stay as it is in the model."""
    if before is None:
        return Misfit(key, _plain(given), "unset", f"leave {key.rpartition('.')[2]} out")
    return Misfit(key, _plain(given), _plain(before), f"--set {key}={_toml(before)}")


def _plain(value: Any) -> str:
    return "unset" if value is None else value if isinstance(value, str) else json.dumps(value)


def _toml(value: Any) -> str:
    """Write a value for the shell: what holds brackets or quotes stands in single quotes."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"'{text}'" if isinstance(value, list | tuple) else text
