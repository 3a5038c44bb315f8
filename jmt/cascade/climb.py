"""The climb from words to meaning, for every engine: which levels a request takes, what enters each, who gets there.

Every level reads the level below, the words again (shortcut), and what lower tasks predicted (label embeddings):

    g_t^(l) = [ h_t^(l-1) ; x_t ; sum of y_t over the tasks it reads ]        h^(l) = bi-LSTM(g^(l))      (eq. 1)
    y_t = sum over labels j of p(j | h_t) l(j)                                                            (eq. 2)

Equation numbers are those of Hashimoto et al., EMNLP 2017.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import is_pair
from jmt.cascade.task_config import Read


class Rows(Protocol):
    """A batch of sentences, as an engine holds it."""

    @property
    def rows(self) -> int:
        """B."""
        ...

    def keep_rows(self, rows: int) -> Any:
        """Return the batch of the first `rows` sentences."""
        ...


B = TypeVar("B", bound=Rows)
_B = TypeVar("_B", bound=Rows, contravariant=True)


class Climber(Protocol[_B]):
    """The arithmetic of a cascade: an ascent (the encoder's own affair), hidden states, scores."""

    @property
    def config(self) -> ModelConfig:
        """What the cascade is."""
        ...

    def start(self, batch: _B, tasks: Collection[str]) -> Any:
        """Return an ascent: x, the words looked up for some tasks; nothing is climbed yet."""
        ...

    def keep_rows(self, ascent: Any, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        ...

    def cut(self, ascent: Any) -> None:
        """Let no gradient of higher levels pass to the levels climbed so far, where there are gradients."""
        ...

    def embed_words(self, read: Read, scores: Any, batch: _B) -> Any:
        """Return y, the embedding of a lower task for the words of a batch, from its scores of these rows or more."""
        ...

    def embed_labels(self, read: Read, scores: Any) -> Any:
        """Return the embedding of a lower pair task for every pair."""
        ...

    def climb(self, ascent: Any, level: int, labels: Sequence[Any]) -> Any:
        """Return h, the hidden states of the next level."""
        ...

    def score(self, task: str, hidden: Any, batch: _B, labels: Sequence[Any]) -> Any:
        """Return the scores of a task from its level's hidden states and the embeddings of pair tasks it reads."""
        ...


def climb(network: Climber[B], batch: B, tasks: Iterable[str], tops: Sequence[int] | None = None) -> dict[str, Any]:
    """Climb as high as the tasks need and return the scores of each of them.

    Tasks that others read are scored on the way.  `tops` holds the highest level that each row has to reach, falling
    from row to row: rows stay behind above it, and scores are those of the first rows, which did climb so far.
    """
    wanted = list(tasks)
    scores: dict[str, Any] = {}
    for _ in _levels(network, batch, network.config.needed(wanted), tops, scores):
        pass
    return {task: scores[task] for task in wanted}


def climb_to(network: Climber[B], batch: B, task: str) -> Any:
    """Climb to the level of a task and return h there, as the network has it, of a batch of single sentences.

    Pair tasks that the task reads are left out: they enter its head, not its level.
    """
    config = network.config
    needed = [name for name in config.needed([task]) if name == task or not is_pair(config.tasks[name])]
    levels = _levels(network, batch, needed, None, {})
    return next(hidden for level, hidden in levels if level == config.tasks[task].level)


def _levels(
    network: Climber[B], batch: B, needed: Sequence[str], tops: Sequence[int] | None, scores: dict[str, Any]
) -> Iterator[tuple[int, Any]]:
    """Yield every level with its hidden states, and then score its tasks, which is written into `scores`."""
    config = network.config
    ascent = network.start(batch, needed)
    for step in steps(config, needed, tops):
        if step.rows is not None and step.rows < batch.rows:
            network.keep_rows(ascent, step.rows)
            batch = batch.keep_rows(step.rows)
        labels = [network.embed_words(read, scores[read.task], batch) for read in step.reads]
        if step.cut:
            network.cut(ascent)
        hidden = network.climb(ascent, step.level, labels)
        yield step.level, hidden
        for task in step.tasks:
            pairs = [network.embed_labels(read, scores[read.task]) for read in config.pair_reads(task)]
            scores[task] = network.score(task, hidden, batch, pairs)


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


def steps(config: ModelConfig, needed: Sequence[str], tops: Sequence[int] | None = None) -> Iterator[Step]:
    """Yield the levels to run for `needed` (tasks and all they read), lowest first; `tops` as in `climb`."""
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
