"""Which levels a request climbs, what each of them reads, and which rows of a batch get that far: for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jmt.cascade.config import ModelConfig
from jmt.cascade.task_config import Read


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a climb."""

    level: int
    rows: int | None
    """How many rows of the batch, the first ones, have to get here; None: all of them."""
    reads: tuple[Read, ...]
    """The token tasks whose label embeddings enter here."""
    cut: bool
    """Whether no gradient passes from here to the levels below."""
    tasks: tuple[str, ...]
    """What is scored here."""


def climb(config: ModelConfig, needed: Sequence[str], tops: Sequence[int] | None = None) -> Iterator[Step]:
    """Yield the levels to run for `needed` (tasks and all they read), lowest first.

    `tops` holds the highest level that each row has to reach, falling from row to row.
    """
    for level in config.levels_of(needed):
        yield Step(
            level=level,
            rows=None if tops is None else rows_at(level, tops),
            reads=config.reads_at(level),
            cut=config.cut_below(level),
            tasks=tuple(task for task in config.tasks_at(level) if task in needed),
        )


def rows_at(level: int, tops: Sequence[int]) -> int:
    """Return how many rows reach a level."""
    return sum(top >= level for top in tops)
