"""Which corpus's batch comes next: the steps of an epoch, the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

ALL = "all"
"""What the pass of an epoch is called in which tasks are mixed."""


class Step(NamedTuple):
    """One update."""

    groups: tuple[str, ...]
    """The groups whose batches it is made of, each named by its lowest task."""
    of_pass: str
    """The task whose pass it belongs to."""


class Schedule(Protocol):
    """Plans an epoch: a function of the seed, the epoch, and what the tasks have learned so far."""

    def steps(self, epoch: int, batches: Mapping[str, int], left: Mapping[str, float]) -> list[Step]:
        """Return every step of an epoch, 1 = first.

        `batches` says how many each group's corpus makes; `left` what share of its first epoch's loss each task had in
        the last one, and is empty before there are two.
        """
