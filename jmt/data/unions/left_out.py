"""Examples that a corpus has and a task is not given: how many, of which corpus, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAK = "their sentences are in evaluation splits"
NO_GOLD = "their gold label is `-`, none"
EMPTY_COLUMN = "the column has no value in training"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many examples of one split of a corpus are left out, and why."""

    task: str
    corpus: str
    split: str
    unit: str
    """What an example is: `sentence`, `pair` or `paragraph`."""
    count: int
    of: int
    reason: str


def ignore(left_out: LeftOut) -> None:
    """Let nobody hear of it."""


def told(every: Iterable[LeftOut]) -> list[str]:
    """Say it in lines, the tasks first: corpora in one line, and tasks of which the same is to be said."""
    by_task: dict[tuple[str, str, str], list[LeftOut]] = {}
    for one in every:
        by_task.setdefault((one.task, one.split, one.reason), []).append(one)
    lines: dict[str, list[str]] = {}
    for (task, split, reason), found in by_task.items():
        if any(one.count for one in found):
            lines.setdefault(_what(split, reason, found), []).append(task)
    return [f"{', '.join(tasks)}: {line}" for line, tasks in lines.items()]


def _what(split: str, reason: str, found: Sequence[LeftOut]) -> str:
    """Return `132 of 50,000 train pairs dropped: ...` and of which corpus."""
    count, of, unit = sum(one.count for one in found), sum(one.of for one in found), found[0].unit
    each = ", ".join(f"{one.corpus} {one.count:,} of {one.of:,}" for one in found if one.count)
    what = "training" if split == "train" else split
    return f"{count:,} of {of:,} {what} {unit}s dropped: {reason} ({each})"


def recorded(every: Iterable[LeftOut]) -> dict[str, dict[str, dict[str, int]]]:
    """Return them for the record of a run: task to `corpus split` to reason to count."""
    record: dict[str, dict[str, dict[str, int]]] = {}
    for one in every:
        if one.count:
            record.setdefault(one.task, {}).setdefault(f"{one.corpus} {one.split}", {})[one.reason] = one.count
    return record
