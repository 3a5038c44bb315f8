"""A task to be trained: its examples, and how they are put into batches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

import numpy as np

from jmt.cascade.grouping import token_budget_batches
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.network.batches.batching import length_band, shuffled_batches, shuffled_budget_batches
from jmt.training.batches.shares import draw_by_shares
from jmt.training.seeds import derive_seed

_FULL_STOP = "."

Role = Literal["main", "aux", "hint", "adversarial"]


@dataclass(frozen=True, slots=True)
class TrainingTask:
    """One task with its training data."""

    name: str
    train: TaskExamples
    batch_size: int
    clip_norm: float
    final_stop: float = 0.0
    """Chance that a sentence of a pair without a final full stop gets one in an epoch: SICK has none, users type it."""
    evaluate: Callable[[], dict[str, float]] | None = None
    """Scores the model as it is on the dev split; None where there is none."""
    labelled: bool = True
    """False for sentences and pairs without gold, which a teacher labels."""
    measure: Callable[[Words], int] = len
    """Length of a sentence as the encoder counts it, in words or in pieces."""
    batch_tokens: int | None = None
    """Most words or pieces in a batch, padding included; where it is given, `batch_size` says nothing."""
    passes: float = 1.0
    """How often an epoch goes over the examples."""
    shares: tuple[float, ...] = ()
    """Of each corpus among `train.parts` in an epoch, as numbers beside each other; empty: all examples, each once."""
    weight: float = 1.0
    """What the task's loss is multiplied by."""
    role: Role = "main"
    """Whether the task is what training is for (main), helps it (aux, hint), or is to be made hard (adversarial)."""
    until: int | None = None
    """The last epoch in which it is trained; unset: all of them."""
    reversal: float = 1.0
    """Of an adversarial task: the largest lambda."""
    lengths: list[int] = field(init=False)
    batch_count: int = field(init=False)
    """Batches in one pass over the examples."""
    step_count: int = field(init=False)
    """Batches in an epoch."""

    def __post_init__(self) -> None:
        """Measure the examples once."""
        lengths = [sum(self.measure(row) for row in rows_of(item)) for item in self.train.inputs]
        count = -(-len(lengths) // self.batch_size)
        if self.batch_tokens is not None:
            count = len(token_budget_batches([length_band(length) for length in lengths], self.batch_tokens))
        object.__setattr__(self, "lengths", lengths)
        object.__setattr__(self, "batch_count", count)
        object.__setattr__(self, "step_count", max(1, round(count * self.passes)))

    def batches(self, seed: int, epoch: int) -> list[list[int]]:
        """Return the indices of every batch of an epoch: a function of seed, task and epoch."""
        if not self.shares:
            return self._shuffled(self.lengths, seed, epoch)
        counts = [count for _, count in self.train.parts]
        drawn = draw_by_shares(counts, self.shares, epoch, derive_seed(seed, "shares", self.name))
        batches = self._shuffled([self.lengths[index] for index in drawn], seed, epoch)
        # Budgets of words cut some draws into a few batches more, which are left out, or less, which come again.
        return [[drawn[place] for place in batches[number % len(batches)]] for number in range(self.batch_count)]

    def _shuffled(self, lengths: Sequence[int], seed: int, epoch: int) -> list[list[int]]:
        seed = derive_seed(seed, "batches", self.name, epoch)
        if self.batch_tokens is not None:
            return shuffled_budget_batches(lengths, budget=self.batch_tokens, seed=seed)
        return shuffled_batches(lengths, batch_size=self.batch_size, seed=seed)

    def corpora(self, indices: Sequence[int]) -> list[str]:
        """Return the corpus that each example is from; an empty text where `train.parts` does not say it."""
        names = [name for name, _ in self.train.parts] or [""]
        ends = [*accumulate(count for _, count in self.train.parts)][: len(names) - 1]
        return [names[bisect_right(ends, index)] for index in indices]

    def sentences(self, indices: Sequence[int], seed: int, epoch: int) -> list[Words]:
        """Return the sentences of a batch; of pairs all first ones, then all second ones."""
        inputs = [rows_of(self.train.inputs[index]) for index in indices]
        rows = [item[part] for part in range(len(inputs[0])) for item in inputs]
        if not self.final_stop:
            return rows
        generator = np.random.default_rng(derive_seed(seed, "stops", self.name, epoch, indices[0], len(indices)))
        draws = (generator.random(len(rows)) < self.final_stop).tolist()
        return [
            [*row, _FULL_STOP] if drawn and row[-1].isalnum() else row for row, drawn in zip(rows, draws, strict=True)
        ]


def group_tasks(
    tasks: Sequence[TrainingTask], *, apart: bool, sets: Sequence[Sequence[str]] = ()
) -> dict[str, list[str]]:
    """Put tasks on the same sentences together, each group named by its first task; or each task alone.

    Tasks in different `sets` are never together.
    """
    groups: dict[str, list[str]] = {}
    first: dict[tuple[object, ...], str] = {}
    for task in tasks:
        way = (task.batch_size, task.batch_tokens, task.shares, task.passes, task.final_stop, task.until)
        place = next((number for number, names in enumerate(sets) if task.name in names), None)
        key = (task.name,) if apart else (id(task.train.inputs), place, *way)
        groups.setdefault(first.setdefault(key, task.name), []).append(task.name)
    return groups


def rows_of(item: Words | tuple[Words, Words]) -> tuple[Words, ...]:
    """Return the sentences of an example: one, or the two of a pair."""
    return item if isinstance(item, tuple) else (item,)
