"""The runtime: an engine without torch, on a CPU, in float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Self

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb, climb_to
from jmt.cascade.decoding.decoders import Decoders, Scored
from jmt.cascade.symbols.batch import WordBatches
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Tree, TreeChances
from jmt.files.quantise import Array
from jmt.runtime.encoders.blocks import NAMES
from jmt.runtime.heads import HEADS
from jmt.runtime.network import RuntimeNetwork
from jmt.runtime.threads import limit_threads
from jmt.runtime.weights import words_of_corpus


class RuntimeEngine:
    """An `Engine` for `jmt.cascade.prediction.Predictor`.

    It reads every sentence as one of `corpus`, a corpus that has a vector of its own; left empty, as one of none.
    Raises InputError for a corpus that has none.
    """

    name = "runtime"

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array], corpus: str = "") -> None:
        self._cascade = cascade
        self._weights = weights if cascade.config.encoder.corpus_vectors else {}
        """What an engine of another corpus is built from."""
        if number := cascade.corpus_number(corpus):
            weights = words_of_corpus(weights, number)
        self._batches = WordBatches.of(cascade.config.encoder, cascade.lexicon, cascade.pretrained)
        self._network = RuntimeNetwork(cascade, weights)
        self._decoders = Decoders(cascade)

    @property
    def cascade(self) -> Cascade:
        """What it computes."""
        return self._cascade

    def of_corpus(self, corpus: str) -> Self:
        """Return the engine that reads every sentence as one of another corpus, or of none."""
        self._cascade.corpus_number(corpus)
        return type(self)(self._cascade, self._weights, corpus) if self._weights else self

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Self:
        """Return the engine with the same labels, and confidences at other temperatures."""
        other = copy(self)
        other._cascade = replace(self._cascade, temperatures=temperatures)
        other._decoders = Decoders(other._cascade)
        return other

    def limit_threads(self, count: int) -> None:
        """Let matrix products use so many threads, in the whole process."""
        limit_threads(count)

    def multiply(self, first: Array, second: Array) -> Array:
        """Return the product of two matrices, by the library that computes the levels."""
        product: Array = first @ second
        return product

    def run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> dict[str, Sequence[Any]]:
        """Return what each task predicts for the rows of one batch, as `Engine.run` has it."""
        return self.decode(self.score(rows, tasks, tops=tops, pairs=pairs), confidences=confidences)

    def score(
        self, rows: Sequence[Words], tasks: Sequence[str], *, tops: Sequence[int] | None = None, pairs: bool = False
    ) -> Scored:
        """Return the scores of one batch, as `Engine.score` has it."""
        with np.errstate(all="ignore"):  # scores that are no numbers are refused where they are decoded
            scores = climb(self._network, self._batches.build(rows, pairs=pairs), tasks, tops)
        arrays = {task: scored.scores for task, scored in scores.items()}
        return Scored(arrays, self._decoders.reached(tasks, rows, tops))

    def decode(self, scored: Scored, *, confidences: bool = False) -> dict[str, Sequence[Any]]:
        """Return the predictions that scores come to, as `Engine.decode` has it."""
        with np.errstate(all="ignore"):
            return self._decoders.decode(scored.scores, scored.lengths, confidences=confidences)

    def hidden(self, rows: Sequence[Words], task: str) -> Array:
        """Return the hidden states (N, H) that the head of a task reads, as `Engine.hidden` has it."""
        with np.errstate(all="ignore"):  # values that are no numbers are refused by who asked
            states: Array = climb_to(self._network, self._batches.build(rows), task)
            return states

    def score_trees(self, rows: Sequence[Words], task: str, trees: Sequence[Tree]) -> list[TreeChances]:
        """Return how probable a parser finds trees, as `Engine.score_trees` has it."""
        with np.errstate(all="ignore"):
            scores = climb(self._network, self._batches.build(rows), [task])[task].scores
            return self._decoders.score_trees(task, scores, rows, trees)


def missing_part(cascade: Cascade) -> str | None:
    """Say what a cascade has that the runtime has no part for; None: it can run it."""
    config, pretrained = cascade.config, cascade.pretrained
    if config.split_levels:
        kinds = dict.fromkeys(how.kind for how in config.split_levels.values())
        return f"levels that tasks do not share ({', '.join(kinds)})"
    if pretrained and pretrained.family not in NAMES:
        return f"encoders of the family {pretrained.family}"
    unknown = [f"`{name}` of the kind {task.kind}" for name, task in config.tasks.items() if task.kind not in HEADS]
    return f"the task {unknown[0]}" if unknown else None
