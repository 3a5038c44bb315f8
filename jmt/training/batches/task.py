"""A task to be trained: its examples, and how they are put into batches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Literal

from jmt.cascade.grouping import token_budget_batches
from jmt.cascade.symbols.examples import Gold, TaskExamples, Words
from jmt.network.batches.batching import length_band, shuffled_batches, shuffled_budget_batches
from jmt.training.batches.itself import ItselfPairs
from jmt.training.batches.rewriting import rewritten
from jmt.training.batches.shares import draw_by_shares
from jmt.training.seeds import derive_seed
from jmt.training.settings.variations import PairVariations

Role = Literal["main", "aux", "hint", "adversarial"]


@dataclass(frozen=True, slots=True)
class TrainingTask:
    """One task with its training data."""

    name: str
    train: TaskExamples
    batch_size: int
    clip_norm: float
    variations: PairVariations | None = None
    """How pairs are varied; None: not at all."""
    itself_gold: Gold | None = None
    """Grade or class of a sentence and itself, where such pairs are wanted."""
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
    """Of every example of `train`."""
    batch_count: int = field(init=False)
    """Batches in one pass over the examples."""
    step_count: int = field(init=False)
    """Batches in an epoch."""
    _itself: ItselfPairs | None = field(init=False)
    """Examples beyond those of `train`, numbered after them."""

    def __post_init__(self) -> None:
        """Measure the examples once."""
        lengths = [sum(self.measure(row) for row in rows_of(item)) for item in self.train.inputs]
        itself = None
        if self.variations is not None and self.variations.itself:
            itself = ItselfPairs.of(self.train.inputs, self.variations.itself)  # type: ignore[arg-type]
        object.__setattr__(self, "lengths", lengths)
        object.__setattr__(self, "_itself", itself)
        usual = [*lengths, *(self._length(index) for index in self._further(seed=0, epoch=1))]
        count = -(-len(usual) // self.batch_size)
        if self.batch_tokens is not None:
            count = len(token_budget_batches([length_band(length) for length in usual], self.batch_tokens))
        object.__setattr__(self, "batch_count", count)
        object.__setattr__(self, "step_count", max(1, round(count * self.passes)))

    def batches(self, seed: int, epoch: int) -> list[list[int]]:
        """Return the indices of every batch of an epoch: a function of seed, task and epoch."""
        if not self.shares and self._itself is None:
            return self._shuffled(self.lengths, seed, epoch)
        drawn = [*self._usual(seed, epoch), *self._further(seed, epoch)]
        batches = self._shuffled([self._length(index) for index in drawn], seed, epoch)
        # Budgets of words cut some draws into a few batches more, which are left out, or less, which come again.
        return [[drawn[place] for place in batches[number % len(batches)]] for number in range(self.batch_count)]

    def _usual(self, seed: int, epoch: int) -> Sequence[int]:
        """Return the examples of `train` that an epoch has."""
        if not self.shares:
            return range(len(self.train))
        counts = [count for _, count in self.train.parts]
        return draw_by_shares(counts, self.shares, epoch, derive_seed(seed, "shares", self.name))

    def _further(self, seed: int, epoch: int) -> list[int]:
        """Return the pairs of a sentence and itself that an epoch has."""
        if self._itself is None:
            return []
        return [len(self.train) + place for place in self._itself.draw(epoch, derive_seed(seed, "further", self.name))]

    def _length(self, index: int) -> int:
        if index < len(self.train):
            return self.lengths[index]
        return sum(self.measure(row) for row in self._rows(index))

    def _shuffled(self, lengths: Sequence[int], seed: int, epoch: int) -> list[list[int]]:
        seed = derive_seed(seed, "batches", self.name, epoch)
        if self.batch_tokens is not None:
            return shuffled_budget_batches(lengths, budget=self.batch_tokens, seed=seed)
        return shuffled_batches(lengths, batch_size=self.batch_size, seed=seed)

    def origins(self, indices: Sequence[int]) -> list[int]:
        """Return the place in `train` that each example is from: its own, or where its sentence is first met."""
        places = self._itself.places if self._itself is not None else []
        count = len(self.train)
        return [index if index < count else places[index - count][0] for index in indices]

    def corpora(self, indices: Sequence[int]) -> list[str]:
        """Return the corpus that each example is from; an empty text where `train.parts` does not say it."""
        names = [name for name, _ in self.train.parts] or [""]
        ends = [*accumulate(count for _, count in self.train.parts)][: len(names) - 1]
        return [names[bisect_right(ends, place)] for place in self.origins(indices)]

    def gold(self, indices: Sequence[int]) -> list[Gold]:
        """Return the gold of a batch."""
        golds, itself = self.train.gold, self.itself_gold
        assert itself is not None or self._itself is None, "what is said of a sentence and itself has to be known"
        return [golds[index] if index < len(golds) else itself for index in indices]  # type: ignore[misc]

    def sentences(self, indices: Sequence[int], seed: int, epoch: int) -> list[Words]:
        """Return the sentences of a batch; of pairs all first ones, then all second ones."""
        inputs = [self._rows(index) for index in indices]
        if self.variations is None:
            return [item[part] for part in range(len(inputs[0])) for item in inputs]
        draw = Random(derive_seed(seed, "variations", self.name, epoch, indices[0], len(indices)))
        if self.variations.swap:
            turned = [draw.random() < self.variations.swap for _ in inputs]
            inputs = [
                item[::-1] if turn and self._is_symmetric(index) else item
                for item, turn, index in zip(inputs, turned, indices, strict=True)
            ]
        rows = [item[part] for part in range(len(inputs[0])) for item in inputs]
        return rewritten(rows, self.variations, draw)

    def _rows(self, index: int) -> tuple[Words, ...]:
        """Return the sentences of an example as its corpus has them."""
        if index < len(self.train):
            return rows_of(self.train.inputs[index])
        assert self._itself is not None
        place, side = self._itself.places[index - len(self.train)]
        sentence = rows_of(self.train.inputs[place])[side]
        return sentence, sentence

    def _is_symmetric(self, index: int) -> bool:
        """Tell whether the gold of a pair holds in both orders: any grade does, and the classes that are said to."""
        (gold,) = self.gold([index])
        return isinstance(gold, float) or (self.variations is not None and gold in self.variations.symmetric_labels)


def group_tasks(
    tasks: Sequence[TrainingTask], *, apart: bool, sets: Sequence[Sequence[str]] = ()
) -> dict[str, list[str]]:
    """Put tasks on the same sentences together, each group named by its first task; or each task alone.

    Tasks in different `sets` are never together.
    """
    groups: dict[str, list[str]] = {}
    first: dict[tuple[object, ...], str] = {}
    for task in tasks:
        way = (task.batch_size, task.batch_tokens, task.shares, task.passes, _shared(task), task.until)
        place = next((number for number, names in enumerate(sets) if task.name in names), None)
        key = (task.name,) if apart else (id(task.train.inputs), place, *way)
        groups.setdefault(first.setdefault(key, task.name), []).append(task.name)
    return groups


def _shared(task: TrainingTask) -> PairVariations | None:
    """Return what tasks must have alike in their variations to learn from the same batches."""
    return task.variations.sharing if task.variations is not None else None


def rows_of(item: Words | tuple[Words, Words]) -> tuple[Words, ...]:
    """Return the sentences of an example: one, or the two of a pair."""
    return item if isinstance(item, tuple) else (item,)
