"""Words in, predictions out: the one place where annotating, evaluating and serving meet an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.decoding.decoders import Scored
from jmt.cascade.grouping import token_budget_batches
from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged, Tree, TreeChances, mean_grade
from jmt.cascade.task_config import PairRegressorConfig
from jmt.errors import InputError, ScoreError
from jmt.files.quantise import Array
from jmt.safety.forking import ForkLock

BATCH_TOKENS = 4096
"""Padded tokens in a batch: enough to fill the matrix products of a CPU core, little enough for its cache."""

OfSentence = Tagged | Parsed | Grade | Choice | None
"""What a task about single sentences predicts of one: something for each word, or for the whole."""


class Engine(Protocol):
    """The arithmetic of a trained cascade: batches of words in, plain values out."""

    @property
    def name(self) -> str:
        """`torch` or `runtime`."""
        ...

    @property
    def cascade(self) -> Cascade:
        """What it computes."""
        ...

    def of_corpus(self, corpus: str) -> Self:
        """Return the engine that reads every sentence as one of a corpus that has a vector; empty: of none.

        Raises InputError for a corpus that has none.
        """
        ...

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Self:
        """Return the engine with the same labels, and confidences at other temperatures, by task; 1 for all others."""
        ...

    def limit_threads(self, count: int) -> None:
        """Let one operation on a CPU use so many threads, in the whole process."""
        ...

    def multiply(self, first: Array, second: Array) -> Array:
        """Return the product of two matrices, by the library that computes the levels."""
        ...

    def run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> Mapping[str, Sequence[Any]]:
        """Return what each task predicts, decoded, for the rows of one batch, none of which is empty.

        Of `pairs`, P first sentences are followed by P second ones, and there is a `Grade` or `Choice` per pair.
        Else there is one prediction per row, of words (`Tagged`, `Parsed`) with `confidences` where they are asked for;
        `tops` holds the level that each row has to reach, falling from row to row: a task is predicted for the first
        rows, which climb up to it.  It is called by one thread at a time.

        Raises:
            MemoryError, DeviceError, LibraryError, ScoreError: what kept it from computing this batch.
        """
        ...

    def score(
        self, rows: Sequence[Words], tasks: Sequence[str], *, tops: Sequence[int] | None = None, pairs: bool = False
    ) -> Scored:
        """Return the scores that `run` decodes: the first half of it."""
        ...

    def decode(self, scored: Scored, *, confidences: bool = False) -> Mapping[str, Sequence[Any]]:
        """Return what `run` makes of scores, at this engine's temperatures; they may be another's of the same network.

        Raises ScoreError as `run` does.
        """
        ...

    def hidden(self, rows: Sequence[Words], task: str) -> Array:
        """Return the hidden states of words that the head of a task reads, (N, H), sentence after sentence, in float32.

        The rows are single sentences, none of which is empty, also where the task is about pairs.  Errors as in `run`,
        but values that are no numbers are returned as they are.
        """
        ...

    def score_trees(self, rows: Sequence[Words], task: str, trees: Sequence[Tree]) -> list[TreeChances]:
        """Return how probable a parser finds one tree for each of the rows, none of which is empty; errors as in `run`.

        Heads are in 0..T of their sentence.
        """
        ...


@dataclass(frozen=True, slots=True)
class PassingEngine:
    """An engine that passes everything on to another: for one that does a single thing besides."""

    engine: Engine

    @property
    def name(self) -> str:
        return self.engine.name

    @property
    def cascade(self) -> Cascade:
        return self.engine.cascade

    def of_corpus(self, corpus: str) -> Self:
        return replace(self, engine=self.engine.of_corpus(corpus))

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Self:
        return replace(self, engine=self.engine.at_temperatures(temperatures))

    def limit_threads(self, count: int) -> None:
        self.engine.limit_threads(count)

    def multiply(self, first: Array, second: Array) -> Array:
        return self.engine.multiply(first, second)

    def run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> Mapping[str, Sequence[Any]]:
        return self.engine.run(rows, tasks, tops=tops, confidences=confidences, pairs=pairs)

    def score(
        self, rows: Sequence[Words], tasks: Sequence[str], *, tops: Sequence[int] | None = None, pairs: bool = False
    ) -> Scored:
        return self.engine.score(rows, tasks, tops=tops, pairs=pairs)

    def decode(self, scored: Scored, *, confidences: bool = False) -> Mapping[str, Sequence[Any]]:
        return self.engine.decode(scored, confidences=confidences)

    def hidden(self, rows: Sequence[Words], task: str) -> Array:
        return self.engine.hidden(rows, task)

    def score_trees(self, rows: Sequence[Words], task: str, trees: Sequence[Tree]) -> list[TreeChances]:
        return self.engine.score_trees(rows, task, trees)


E = TypeVar("E", bound=Engine)


class Predictor(Generic[E]):
    """Runs a trained cascade; safe to call from several threads, one batch at a time, and after a fork."""

    def __init__(
        self, engine: E, *, batch_tokens: int = BATCH_TOKENS, tell: Callable[[int], object] = lambda done: None
    ) -> None:
        """Run an engine; `tell` hears after every batch how many sentences or pairs were in it."""
        self.engine = engine
        self.batch_tokens = batch_tokens
        self._tell = tell
        self._lock = ForkLock()

    @property
    def cascade(self) -> Cascade:
        """What the engine computes: configuration and symbols."""
        return self.engine.cascade

    def of_corpus(self, corpus: str) -> Self:
        """Return the predictor that reads every sentence as one of a corpus that has a vector; empty: of none."""
        return self._with(self.engine.of_corpus(corpus))

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Self:
        """Return the predictor with the same labels, and confidences at other temperatures, by task; 1 for others."""
        return self._with(self.engine.at_temperatures(temperatures))

    def _with(self, engine: E) -> Self:
        """Return the predictor with another engine of the same network."""
        other = type(self)(engine, batch_tokens=self.batch_tokens, tell=self._tell)
        other._lock = self._lock  # both look words up in the same lexicon
        return other

    def annotate(
        self, sentences: Sequence[Words], tasks: Sequence[str], *, confidences: bool = False
    ) -> list[dict[str, OfSentence]]:
        """Return for every sentence what each task about single sentences predicts, in the order given.

        Only the levels that the tasks need are run.  A sentence without words gets empty predictions, and None for what
        is said of a whole sentence.

        Raises:
            InputError: a task that the model does not have, or that is about pairs.
        """
        return self.annotate_each(sentences, [tasks] * len(sentences), confidences=confidences)

    def annotate_each(
        self, sentences: Sequence[Words], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> list[dict[str, OfSentence]]:
        """Return for every sentence what its own tasks predict; each climbs only the levels that these need.

        Raises InputError as `annotate` does.
        """
        for tasks in {tuple(tasks) for tasks in tasks_of}:
            self._check(tasks, self.cascade.token_tasks)
        results: list[dict[str, Any]] = [self._nothing(tasks) for tasks in tasks_of]
        filled = [index for index, sentence in enumerate(sentences) if sentence and tasks_of[index]]
        for group in token_budget_batches([len(sentences[index]) for index in filled], self.batch_tokens):
            highest = [(self._top(tasks_of[filled[position]]), filled[position]) for position in group]
            highest.sort(key=lambda entry: -entry[0])  # whoever climbs furthest stands first
            indices = [index for _, index in highest]
            union = list(dict.fromkeys(task for index in indices for task in tasks_of[index]))
            tops = [top for top, _ in highest]
            rows = [sentences[index] for index in indices]
            with self._lock:
                decoded = self.engine.run(rows, union, tops=tops, confidences=confidences)
            for place, index in enumerate(indices):
                found = {task: decoded[task][place] for task in tasks_of[index]}
                results[index] = self._finished(sentences[index], found)
            self._tell(len(group))
        return results

    def _finished(self, words: Words, predictions: Mapping[str, Any]) -> dict[str, Any]:
        """Return predictions as users see them, now that the words can be looked at."""
        cascade = self.cascade
        finish = {task: KINDS[cascade.config.tasks[task].kind].finish for task in predictions}
        return {task: finish[task](words, value, cascade.labels[task]) for task, value in predictions.items()}

    def _top(self, tasks: Sequence[str]) -> int:
        configured = self.cascade.config.tasks
        return max(configured[task].level for task in tasks)

    def compare(self, pairs: Sequence[tuple[Words, Words]], tasks: Sequence[str]) -> list[dict[str, Grade | Choice]]:
        """Return for every pair of sentences what each pair task predicts, in the order given.

        Raises:
            InputError: a task that the model does not have or that is about single sentences; an empty sentence.
        """
        self._check(tasks, self.cascade.pair_tasks)
        for number, (first, second) in enumerate(pairs, start=1):
            if not first or not second:
                raise InputError(f"pair {number}: the {'second' if first else 'first'} sentence has no words")
        turned = [task for task in tasks if self._is_graded_in_both_orders(task)]
        results: list[dict[str, Any]] = [{} for _ in pairs]
        longest = [max(len(first), len(second)) for first, second in pairs]
        for group in token_budget_batches(longest, self.batch_tokens // 2):
            rows = [pairs[index][0] for index in group] + [pairs[index][1] for index in group]
            with self._lock:
                decoded = dict(self.engine.run(rows, tasks, pairs=True))
                if turned:
                    other = self.engine.run(rows[len(group) :] + rows[: len(group)], turned, pairs=True)
                    decoded |= {task: list(map(mean_grade, decoded[task], other[task])) for task in turned}
            for place, index in enumerate(group):
                results[index] = {task: decoded[task][place] for task in tasks}
            self._tell(len(group))
        return results

    def _is_graded_in_both_orders(self, task: str) -> bool:
        head = self.cascade.config.tasks[task]
        return isinstance(head, PairRegressorConfig) and head.orders == "both"

    def hidden(self, sentences: Sequence[Words], task: str) -> list[Array]:
        """Return for every sentence of T words the hidden states (T, H) that the head of a task reads, in float32.

        Raises ScoreError where they are no numbers.
        """
        found: list[Array] = [np.zeros((0, self.cascade.hidden_size), np.float32) for _ in sentences]
        for indices in self._batches_of(sentences):
            rows = [sentences[index] for index in indices]
            with self._lock:
                states = self.engine.hidden(rows, task)
            if not np.isfinite(states).all():
                raise ScoreError(f"task `{task}`: its vectors are no numbers; the model's weights are damaged")
            for index, state in zip(indices, np.split(states, np.cumsum([len(row) for row in rows])[:-1]), strict=True):
                found[index] = state
        return found

    def score_trees(self, sentences: Sequence[Words], task: str, trees: Sequence[Tree]) -> list[TreeChances]:
        """Return for every sentence how probable a parser finds its tree, heads in 0..T."""
        found = [TreeChances([], []) for _ in sentences]
        for indices in self._batches_of(sentences):
            with self._lock:
                scored = self.engine.score_trees([sentences[i] for i in indices], task, [trees[i] for i in indices])
            for index, chances in zip(indices, scored, strict=True):
                found[index] = chances
        return found

    def _batches_of(self, sentences: Sequence[Words]) -> Iterator[list[int]]:
        """Yield the places of the sentences that have words, in batches of the budget."""
        filled = [index for index, sentence in enumerate(sentences) if sentence]
        for group in token_budget_batches([len(sentences[index]) for index in filled], self.batch_tokens):
            yield [filled[position] for position in group]

    def _check(self, tasks: Sequence[str], known: Sequence[str]) -> None:
        for task in tasks:
            if task not in known:
                raise InputError(f"the model has no such task here: `{task}`; it has {', '.join(known) or 'none'}")

    def _nothing(self, tasks: Sequence[str]) -> dict[str, OfSentence]:
        """Return the predictions for a sentence without words."""
        configured = self.cascade.config.tasks
        return {task: KINDS[configured[task].kind].empty() for task in tasks}
