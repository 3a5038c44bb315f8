"""All that holds parameters back during a training: the snapshot of a pass, and what training started from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from jmt.cascade.symbols.vocabulary import UNKNOWN
from jmt.network.model import Batch, JointModel
from jmt.network.parts import TABLES
from jmt.training.anchoring.anchor import Anchor, Rows
from jmt.training.anchoring.successive_regularization import SuccessiveRegularization
from jmt.training.optimization import tables_of
from jmt.training.settings.training import SuccessiveRegularizationSettings


class Pull:
    """Two anchors that pull as one: the rows of tables that have not felt it yet are kept of both together."""

    def __init__(
        self, model: JointModel, settings: SuccessiveRegularizationSettings, origin: Anchor | None = None
    ) -> None:
        self.parameters = dict(model.named_parameters())
        self.device = next(model.parameters()).device
        self.regularization = SuccessiveRegularization(model, settings)
        self.anchor = Anchor({}, {})
        """The snapshot of successive regularisation, taken anew for every pass."""
        self.origin = (origin or Anchor({}, {})).to(self.device)
        """What training started from, where it goes on from a trained cascade."""
        self.joined = self.origin
        """Both of them as one, which moves the parameters."""
        self._tables = tables_of(model)

    def start_pass(self, task: str | None, previous: str | None, *, first_of_epoch: bool) -> None:
        """Take the snapshot that the pass of a task holds the lower tasks to (section 3); None: no task's own pass."""
        self.anchor = Anchor({}, {})
        if task is not None:
            self.anchor = self.regularization.start_pass(task, previous, first_of_epoch=first_of_epoch)
        self.joined = Anchor.join(self.anchor, self.origin)

    def rows_of(self, batches: Sequence[Batch]) -> Rows:
        """Return which rows of the word and n-gram tables batches may read; word dropout reads the unknown word."""
        unknown = torch.tensor([UNKNOWN], device=self.device)
        read = {
            TABLES["words"]: [batch.word_ids for batch in batches],
            TABLES["ngrams"]: [batch.ngram_ids for batch in batches],
        }
        joined = {name: torch.cat([unknown, *ids]) for name, ids in read.items() if name in self.parameters}
        return {name: ids.unique() for name, ids in joined.items()}  # type: ignore[no-untyped-call]

    def catch_up(self, rows: Rows) -> None:
        """Give rows of the tables the pulls that they have not felt yet; needed before they are read."""
        self.joined.catch_up(self.parameters, rows)

    def apply(self, rates: Mapping[str, float], rows: Rows) -> None:
        """Move all parameters towards where they are held, once, each at its learning rate."""
        self.joined.pull(self.parameters, rates, rows)

    def settle(self) -> None:
        """Give every row the pulls that it has not felt yet; needed at the end of a pass."""
        self.joined.settle(self.parameters)

    @torch.no_grad()
    def penalty(self) -> float:
        """Return delta ||theta - theta'||^2, summed over both anchors."""
        return sum(float(anchor.penalty(self.parameters)) for anchor in (self.anchor, self.origin))

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Return the anchors' strengths and how often they pulled; and their values, and what each row has felt."""
        numbers: dict[str, Any] = {}
        tensors: dict[str, Tensor] = {}
        for label, anchor in (("anchor", self.anchor), ("origin", self.origin)):
            numbers[label] = {"deltas": anchor.deltas}
            tensors |= {f"{label}.value.{name}": value for name, value in anchor.values.items()}
        numbers["pull"] = {"pulls": self.joined.pulls, "rate": self.joined.rate}
        tensors |= {f"pull.pulled.{name}": value for name, value in self.joined.pulled.items()}
        return numbers, tensors

    def restore(self, numbers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        """Hold parameters back as another one did when it gave its state."""
        self.anchor, self.origin = (self._restored(label, numbers, tensors) for label in ("anchor", "origin"))
        self.joined = Anchor.join(self.anchor, self.origin)
        felt = {name: tensors[f"pull.pulled.{name}"].to(self.device) for name in self.joined.pulled}
        self.joined.restore_pulls(felt, numbers["pull"]["pulls"], numbers["pull"]["rate"])

    def _restored(self, label: str, numbers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Anchor:
        deltas = numbers[label]["deltas"]
        return Anchor({name: tensors[f"{label}.value.{name}"] for name in deltas}, deltas, self._tables).to(self.device)
