"""The torch engine: runs batches of words through a network, on its device and in its precision."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Self

import torch

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import rows_at
from jmt.cascade.symbols.examples import Words
from jmt.errors import InputError
from jmt.network.batches.rows import map_tensors
from jmt.network.computing import Precision, check_finite, check_process, computing, usable_precision
from jmt.network.model import JointModel


class TorchEngine:
    """An `Engine` for `jmt.cascade.prediction.Predictor`.

    It reads every sentence as one of `corpus`, a corpus that has a vector of its own; left empty, as one of none.
    Raises InputError for a corpus that has none.
    """

    def __init__(self, model: JointModel, *, precision: Precision = "float32", corpus: str = "") -> None:
        self.model = model.eval()
        self.corpus = corpus
        [self._corpus_number] = model.config.encoder.corpus_numbers([corpus])
        if corpus and not self._corpus_number:
            known = ", ".join(model.config.encoder.corpus_vectors)
            raise InputError(
                f"the model tells no corpus {corpus[:50]!a} from others; "
                + (f"those that it does: {known}" if known else "it tells none: see encoder.corpus_vectors")
            )
        self.precision = usable_precision(precision, self.device)
        self._process = os.getpid()

    @property
    def cascade(self) -> Cascade:
        """What it computes."""
        return self.model.cascade

    @property
    def device(self) -> torch.device:
        """The device that holds the weights."""
        return next(self.model.parameters()).device

    def of_corpus(self, corpus: str) -> Self:
        """Return the engine that reads every sentence as one of another corpus, or of none."""
        return type(self)(self.model, precision=self.precision, corpus=corpus)

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
        level_of = {task: self.model.config.tasks[task].level for task in tasks}
        check_process(self.device, self._process)
        with torch.inference_mode(), computing(self.device, self.precision):
            numbers = [self._corpus_number] * len(rows)
            batch = self.model.build_batch(rows, pairs=pairs).of_corpora(numbers).to(self.device)
            mixed = tops is not None and tops[0] != tops[-1]
            scores = self.model(batch, tasks, tops) if mixed else self.model(batch, tasks)
            decoded = {}
            for task in tasks:
                mask = batch.mask if tops is None else batch.mask[: rows_at(level_of[task], tops)]
                exact = map_tensors(scores[task], lambda part: part.float() if part.is_floating_point() else part)
                check_finite(task, exact)
                decoded[task] = self.model.heads[task].decode(exact, mask, confidences=confidences)
            return decoded
