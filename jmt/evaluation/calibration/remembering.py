"""Scores that are computed once and decoded at many temperatures: an engine that remembers them, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from jmt.cascade.decoding.decoders import Scored
from jmt.cascade.prediction import Engine, PassingEngine, Predictor
from jmt.cascade.symbols.examples import Words

_Batch = tuple[str, bool, tuple[tuple[str, ...], ...]]
"""The corpus that sentences are read as one of, whether they are pairs, and the sentences."""


def remembering(predictor: Predictor[Any]) -> Predictor[Engine]:
    """Return a predictor with the same answers, which climbs the cascade for each sentence once.

    It holds the scores of all that it is asked: of a thousand sentences and all tasks some hundred MB.
    """
    return Predictor(_RememberingEngine(predictor.engine), batch_tokens=predictor.batch_tokens)


@dataclass(frozen=True, slots=True)
class _RememberingEngine(PassingEngine):
    """An engine that computes the scores of a batch when it first meets it, whatever the temperatures are."""

    corpus: str = ""
    known: dict[_Batch, Scored] = field(default_factory=dict)

    def of_corpus(self, corpus: str) -> Self:
        return replace(self, engine=self.engine.of_corpus(corpus), corpus=corpus)

    def run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> Mapping[str, Sequence[Any]]:
        return self.decode(self.score(rows, tasks, tops=tops, pairs=pairs), confidences=confidences)

    def score(
        self, rows: Sequence[Words], tasks: Sequence[str], *, tops: Sequence[int] | None = None, pairs: bool = False
    ) -> Scored:
        """Return the scores of one batch; all rows climb up to all tasks, whatever `tops` says."""
        batch = (self.corpus, pairs, tuple(map(tuple, rows)))
        known = self.known.get(batch)
        if known is None or not set(tasks) <= known.scores.keys():
            known = self.known[batch] = self.engine.score(rows, tasks, pairs=pairs)
        wanted = dict.fromkeys(tasks)
        return Scored({task: known.scores[task] for task in wanted}, {task: known.lengths[task] for task in wanted})
