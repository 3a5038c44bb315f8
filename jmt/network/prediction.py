"""Words in, predictions out: the one place where annotating, evaluating and serving meet the network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import torch

from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged
from jmt.errors import InputError
from jmt.network.batches.batching import token_budget_batches
from jmt.network.batches.rows import map_tensors
from jmt.network.computing import Precision, check_finite, check_process, computing, usable_precision
from jmt.network.model import JointModel
from jmt.safety.forking import ForkLock

BATCH_TOKENS = 4096
"""Padded tokens in a batch: enough to fill the matrix products of a CPU core, little enough for its cache."""


class Predictor:
    """Runs a trained cascade; safe to call from several threads, one batch at a time, and after a fork."""

    def __init__(
        self, model: JointModel, *, batch_tokens: int = BATCH_TOKENS, precision: Precision = "float32"
    ) -> None:
        self.model = model.eval()
        self.batch_tokens = batch_tokens
        self.precision = usable_precision(precision, self.device)
        self._lock = ForkLock()
        self._process = os.getpid()

    @property
    def device(self) -> torch.device:
        """The device that holds the weights."""
        return next(self.model.parameters()).device

    def annotate(
        self, sentences: Sequence[Words], tasks: Sequence[str], *, confidences: bool = False
    ) -> list[dict[str, Tagged | Parsed]]:
        """Return for every sentence what each token task predicts, in the order given.

        Only the levels that the tasks need are run.  A sentence without words gets empty predictions.

        Raises:
            InputError: a task that the model does not have, or that is about pairs.
        """
        return self.annotate_each(sentences, [tasks] * len(sentences), confidences=confidences)

    def annotate_each(
        self, sentences: Sequence[Words], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> list[dict[str, Tagged | Parsed]]:
        """Return for every sentence what its own tasks predict; each climbs only the levels that these need.

        Raises InputError as `annotate` does.
        """
        for tasks in {tuple(tasks) for tasks in tasks_of}:
            self._check(tasks, self.model.token_tasks)
        results: list[dict[str, Any]] = [_nothing(self.model, tasks) for tasks in tasks_of]
        filled = [index for index, sentence in enumerate(sentences) if sentence and tasks_of[index]]
        for group in token_budget_batches([len(sentences[index]) for index in filled], self.batch_tokens):
            highest = [(self._top(tasks_of[filled[position]]), filled[position]) for position in group]
            highest.sort(key=lambda entry: -entry[0])  # whoever climbs furthest stands first
            indices = [index for _, index in highest]
            union = list(dict.fromkeys(task for index in indices for task in tasks_of[index]))
            tops = [top for top, _ in highest]
            decoded = self._run([sentences[index] for index in indices], union, tops=tops, confidences=confidences)
            for place, index in enumerate(indices):
                results[index] = {task: decoded[task][place] for task in tasks_of[index]}
        return results

    def _top(self, tasks: Sequence[str]) -> int:
        configured = self.model.config.tasks
        return max(configured[task].level for task in tasks)

    def compare(self, pairs: Sequence[tuple[Words, Words]], tasks: Sequence[str]) -> list[dict[str, Grade | Choice]]:
        """Return for every pair of sentences what each pair task predicts, in the order given.

        Raises:
            InputError: a task that the model does not have or that is about single sentences; an empty sentence.
        """
        self._check(tasks, self.model.pair_tasks)
        for number, (first, second) in enumerate(pairs, start=1):
            if not first or not second:
                raise InputError(f"pair {number}: the {'second' if first else 'first'} sentence has no words")
        results: list[dict[str, Any]] = [{} for _ in pairs]
        longest = [max(len(first), len(second)) for first, second in pairs]
        for group in token_budget_batches(longest, self.batch_tokens // 2):
            rows = [pairs[index][0] for index in group] + [pairs[index][1] for index in group]
            decoded = self._run(rows, tasks, pairs=True)
            for place, index in enumerate(group):
                results[index] = {task: decoded[task][place] for task in tasks}
        return results

    def _check(self, tasks: Sequence[str], known: Sequence[str]) -> None:
        for task in tasks:
            if task not in known:
                raise InputError(f"the model has no such task here: `{task}`; it has {', '.join(known) or 'none'}")

    def _run(
        self,
        rows: Sequence[Words],
        tasks: Sequence[str],
        *,
        tops: Sequence[int] | None = None,
        confidences: bool = False,
        pairs: bool = False,
    ) -> dict[str, Sequence[Any]]:
        """Run a batch; `tops` holds the level that each row has to reach, falling, where they differ."""
        level_of = {task: self.model.config.tasks[task].level for task in tasks}
        check_process(self.device, self._process)
        with self._lock, torch.inference_mode(), computing(self.device, self.precision):
            batch = self.model.build_batch(rows, pairs=pairs).to(self.device)
            mixed = tops is not None and tops[0] != tops[-1]
            scores = self.model(batch, tasks, tops) if mixed else self.model(batch, tasks)
            decoded = {}
            for task in tasks:
                mask = batch.mask if tops is None else batch.mask[: sum(top >= level_of[task] for top in tops)]
                exact = map_tensors(scores[task], lambda part: part.float() if part.is_floating_point() else part)
                check_finite(task, exact)
                decoded[task] = self.model.heads[task].decode(exact, mask, confidences=confidences)
            return decoded


def _nothing(model: JointModel, tasks: Sequence[str]) -> dict[str, Tagged | Parsed]:
    """Return the predictions for a sentence without words."""
    return {task: model.heads[task].empty() for task in tasks}
