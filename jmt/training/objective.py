"""What a step's losses are: gold labels, or these and what a teacher says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from torch import Tensor

from jmt.cascade.symbols.examples import Words
from jmt.network.model import Batch, JointModel
from jmt.training.batches.task import TrainingTask


class Objective(Protocol):
    """Says what the losses of a part of a step's batches are."""

    def losses(
        self, names: Sequence[str], indices: list[int], sentences: Sequence[Words], batch: Batch
    ) -> dict[str, Tensor]:
        """Return the loss of every task that learns from a batch, per sentence or pair, before weighting.

        `names` are the tasks that have gold for it, `indices` its examples, `sentences` those of the batch.
        """


class GoldObjective:
    """The losses of a group's tasks against their gold, from one forward pass."""

    def __init__(self, model: JointModel, tasks: Mapping[str, TrainingTask]) -> None:
        self.model, self.tasks = model, tasks

    def losses(
        self, names: Sequence[str], indices: list[int], sentences: Sequence[Words], batch: Batch
    ) -> dict[str, Tensor]:
        """Return each task's loss per sentence or pair, before weighting; `sentences` are those of the batch."""
        scores = self.model.body_of(names)(batch, names)
        return {name: self.gold_loss(name, indices, scores[name], batch) for name in names}

    def gold_loss(self, name: str, indices: list[int], scores: Any, batch: Batch) -> Tensor:
        """Return one task's loss per sentence or pair."""
        head = self.model.body_of([name]).heads[name]
        encoded = head.encode_gold(self.tasks[name].gold(indices), batch.mask.size(1)).to(batch.mask.device)
        loss: Tensor = head.loss(scores, encoded, batch.mask)
        return loss / len(indices)
