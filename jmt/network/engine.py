"""The torch engine: runs batches of words through a network, on its device and in its precision."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Self

import torch

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb_to
from jmt.cascade.decoding.decoders import Decoders, Scored
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Tree, TreeChances
from jmt.files.quantise import Array
from jmt.network.batches.batching import SentenceBatch
from jmt.network.batches.rows import as_array
from jmt.network.computing import check_process, computing, usable_precision
from jmt.network.devices import Precision
from jmt.network.model import JointModel


class TorchEngine:
    """An `Engine` for `jmt.cascade.prediction.Predictor`.

    It reads every sentence as one of `corpus`, a corpus that has a vector of its own; left empty, as one of none.
    Raises InputError for a corpus that has none.
    """

    name = "torch"

    def __init__(self, model: JointModel, *, precision: Precision = "float32", corpus: str = "") -> None:
        self.model = model.eval()
        self._cascade = model.cascade
        self._corpus_number = self._cascade.corpus_number(corpus)
        self.precision = usable_precision(precision, self.device)
        self._process = os.getpid()
        self._decoders = Decoders(self._cascade)

    @property
    def cascade(self) -> Cascade:
        """What it computes."""
        return self._cascade

    @property
    def device(self) -> torch.device:
        """The device that holds the weights."""
        return next(self.model.parameters()).device

    def of_corpus(self, corpus: str) -> Self:
        """Return the engine that reads every sentence as one of another corpus, or of none."""
        other = copy(self)
        other._corpus_number = self._cascade.corpus_number(corpus)
        return other

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Self:
        """Return the engine with the same labels, and confidences at other temperatures."""
        other = copy(self)
        other._cascade = replace(self._cascade, temperatures=temperatures)
        other._decoders = Decoders(other._cascade)
        return other

    def limit_threads(self, count: int) -> None:
        """Let one operation on a CPU use so many threads, in the whole process."""
        torch.set_num_threads(count)

    def multiply(self, first: Array, second: Array) -> Array:
        """Return the product of two matrices, by the library that computes the levels."""
        left, right = (torch.from_numpy(matrix).to(self.device) for matrix in (first, second))
        product: Array = (left @ right).cpu().numpy()
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
        check_process(self.device, self._process)
        with torch.inference_mode(), computing(self.device, self.precision):
            batch = self._batch_of(rows, pairs=pairs)
            scores = self.model(batch, tasks, tops)
            reached = self._decoders.reached(tasks, rows, tops)
            arrays = {
                task: self.model.heads[task].arrays(scores[task], batch.mask[: len(lengths)])
                for task, lengths in reached.items()
            }
        return Scored(arrays, reached)

    def decode(self, scored: Scored, *, confidences: bool = False) -> dict[str, Sequence[Any]]:
        """Return the predictions that scores come to, as `Engine.decode` has it."""
        check_process(self.device, self._process)
        with torch.inference_mode(), computing(self.device, self.precision):  # relations are scored here
            return self._decoders.decode(scored.scores, scored.lengths, confidences=confidences)

    def hidden(self, rows: Sequence[Words], task: str) -> Array:
        """Return the hidden states (N, H) that the head of a task reads, as `Engine.hidden` has it."""
        check_process(self.device, self._process)
        with torch.inference_mode(), computing(self.device, self.precision):
            batch = self._batch_of(rows)
            states = self.model.encoder.of_task(climb_to(self.model, batch, task), task)
            return as_array(states[batch.mask])

    def score_trees(self, rows: Sequence[Words], task: str, trees: Sequence[Tree]) -> list[TreeChances]:
        """Return how probable a parser finds trees, as `Engine.score_trees` has it."""
        check_process(self.device, self._process)
        with torch.inference_mode(), computing(self.device, self.precision):
            batch = self._batch_of(rows)
            scores = self.model.heads[task].arrays(self.model(batch, [task])[task], batch.mask)
            return self._decoders.score_trees(task, scores, rows, trees)

    def _batch_of(self, rows: Sequence[Words], *, pairs: bool = False) -> SentenceBatch:
        """Return sentences as a batch on the device, told to be of the corpus."""
        numbers = [self._corpus_number] * len(rows)
        return self.model.build_batch(rows, pairs=pairs).of_corpora(numbers).to(self.device)
