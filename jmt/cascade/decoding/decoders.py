"""From the scores of a batch to predictions, task by task: the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import rows_at
from jmt.cascade.decoding.parsing import ParserDecoder
from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Tree, TreeChances
from jmt.errors import ScoreError


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of a batch as the decoders read them: what they are decoded from at any temperature."""

    scores: Mapping[str, Any]
    """By task."""
    lengths: Mapping[str, np.ndarray]
    """By task, of the sentences that got up to it."""


class Decoders:
    """One decoder per task of a cascade."""

    def __init__(self, cascade: Cascade) -> None:
        tasks = cascade.config.tasks
        self._levels = {name: task.level for name, task in tasks.items()}
        self._of_task = {
            name: KINDS[task.kind].decoder(task, cascade.labels[name], cascade.temperatures.get(name, 1.0))
            for name, task in tasks.items()
        }

    def reached(self, tasks: Sequence[str], rows: Sequence[Words], tops: Sequence[int] | None) -> dict[str, np.ndarray]:
        """Return for each task the lengths of the sentences that got up to it, the first ones of a batch.

        `tops` holds the level that each row has to reach, as in `Engine.run`.
        """
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        return {
            task: lengths if tops is None else lengths[: rows_at(self._levels[task], tops)]
            for task in dict.fromkeys(tasks)
        }

    def decode(
        self, scores: Mapping[str, Any], lengths: Mapping[str, np.ndarray], *, confidences: bool = False
    ) -> dict[str, Sequence[Any]]:
        """Return the predictions of some tasks, from scores as the decoder of each kind reads them.

        Raises:
            ScoreError: naming the task whose scores are no numbers.
        """
        decoded: dict[str, Sequence[Any]] = {}
        for task, of_task in scores.items():
            try:
                decoded[task] = self._of_task[task].decode(of_task, lengths[task], confidences=confidences)
            except ScoreError as error:
                raise ScoreError(f"task `{task}`: {error}") from None
        return decoded

    def score_trees(self, task: str, scores: Any, rows: Sequence[Words], trees: Sequence[Tree]) -> list[TreeChances]:
        """Return how probable a parser finds one tree per sentence, from its scores as its decoder reads them.

        Raises:
            ScoreError: naming the task whose scores are no numbers.
        """
        decoder = self._of_task[task]
        assert isinstance(decoder, ParserDecoder)
        try:
            return decoder.score_trees(scores, self.reached([task], rows, None)[task], trees)
        except ScoreError as error:
            raise ScoreError(f"task `{task}`: {error}") from None
