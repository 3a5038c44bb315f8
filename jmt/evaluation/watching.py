"""Predicting that can be watched: batch by batch, somebody hears how many sentences or pairs are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Self

from jmt.cascade.cascade import Cascade
from jmt.cascade.prediction import OfSentence, Predictor
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Choice, Grade

Watch = Callable[[int, str], AbstractContextManager[Callable[[int], object]]]
"""Told how many there will be and of what (`sentence`, `pair`), it gives what is to be told how many more are done."""


@contextmanager
def nobody(total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """Let nobody watch."""
    yield lambda done: None


class WatchedPredictor:
    """A predictor with the same answers, watched while it computes them."""

    def __init__(self, predictor: Predictor[Any], watch: Watch) -> None:
        self._predictor = predictor
        self._watch = watch

    @property
    def cascade(self) -> Cascade:
        """What the engine computes."""
        return self._predictor.cascade

    def of_corpus(self, corpus: str) -> Self:
        """Return the watched predictor that reads every sentence as one of a corpus that has a vector."""
        return type(self)(self._predictor.of_corpus(corpus), self._watch)

    def annotate(
        self, sentences: Sequence[Words], tasks: Sequence[str], *, confidences: bool = False
    ) -> list[dict[str, OfSentence]]:
        """Return for every sentence what each task about it predicts, as `Predictor.annotate` does."""
        with self._watch(len(sentences), "sentence") as tell:
            return self._told(tell).annotate(sentences, tasks, confidences=confidences)

    def compare(self, pairs: Sequence[tuple[Words, Words]], tasks: Sequence[str]) -> list[dict[str, Grade | Choice]]:
        """Return for every pair what each pair task predicts, as `Predictor.compare` does."""
        with self._watch(len(pairs), "pair") as tell:
            return self._told(tell).compare(pairs, tasks)

    def _told(self, tell: Callable[[int], object]) -> Predictor[Any]:
        """Return the predictor with somebody who hears of every batch."""
        return Predictor(self._predictor.engine, batch_tokens=self._predictor.batch_tokens, tell=tell)
