"""When parameters are updated: after every step, or each when enough examples have reached it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from jmt.network.model import JointModel
from jmt.training.reach import moved_by
from jmt.training.settings.training import TrainingSettings


class Accumulation(Protocol):
    """Decides which gradients of a step an update uses."""

    def collect(self, parameters: Mapping[str, nn.Parameter], examples: int) -> None:
        """Take the gradients of a batch, and leave in `.grad` what is to be used now."""

    def state(self) -> dict[str, Tensor]:
        """Return what is held back."""

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Hold back what another one did."""


class EveryStep:
    """All that a step brings is used at once."""

    def collect(self, parameters: Mapping[str, nn.Parameter], examples: int) -> None:
        """Nothing is held back."""

    def state(self) -> dict[str, Tensor]:
        """Return nothing."""
        return {}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Nothing was held back."""


class Asynchronous:
    """Each parameter waits until as many examples as it is due have reached it (Kokkinos, CVPR 2017: UberNet).

    A gradient, a mean over its batch, counts as often as the batch has examples; the sum is divided by the effective
    batch of one corpus.  With one batch of that size from every corpus the updates are those of a joint step.
    """

    def __init__(self, due: Mapping[str, int], effective_batch: int) -> None:
        self.due, self.effective_batch = due, effective_batch
        self.waiting: dict[str, Tensor] = {}
        """By parameter: the sum of the gradients that have reached it since its last update."""
        self.examples: dict[str, int] = {}
        """By parameter: from how many examples these are."""

    def collect(self, parameters: Mapping[str, nn.Parameter], examples: int) -> None:
        """Hold gradients back, and hand over those that have waited long enough."""
        for name, parameter in parameters.items():
            if parameter.grad is None:
                continue
            own = parameter.grad * (examples / self.effective_batch)
            total = self.waiting.pop(name) + own if name in self.waiting else own
            self.examples[name] = self.examples.get(name, 0) + examples
            if self.examples[name] >= self.due[name]:
                parameter.grad = total.coalesce() if total.is_sparse else total
                del self.examples[name]
            else:
                parameter.grad = None
                self.waiting[name] = total

    def state(self) -> dict[str, Tensor]:
        """Return gradients, sparse ones as indices and values, and counts."""
        tensors: dict[str, Tensor] = {}
        for name, gradient in self.waiting.items():
            tensors[f"{name}/examples"] = torch.tensor(self.examples[name])
            if gradient.is_sparse:
                whole = gradient.coalesce()
                tensors |= {f"{name}/indices": whole.indices(), f"{name}/values": whole.values()}
                tensors[f"{name}/size"] = torch.tensor(list(whole.shape))
            else:
                tensors[f"{name}/gradient"] = gradient
        return tensors

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Hold the same gradients back."""
        self.waiting, self.examples = {}, {}
        for key, value in state.items():
            name, _, what = key.rpartition("/")
            if what == "examples":
                self.examples[name] = int(value)
            elif what == "gradient":
                self.waiting[name] = value
            elif what == "indices":
                size = state[f"{name}/size"].tolist()
                self.waiting[name] = torch.sparse_coo_tensor(
                    value, state[f"{name}/values"], size, is_coalesced=True, check_invariants=True
                )


def build_accumulation(
    settings: TrainingSettings, model: JointModel, groups: Mapping[str, Sequence[str]]
) -> Accumulation:
    """Build what the schedule needs; a parameter is due once for every group whose tasks reach it."""
    if settings.effective_batch is None:
        return EveryStep()
    due: Counter[str] = Counter()
    for tasks in groups.values():
        due.update(set[str]().union(*(moved_by(model, task) for task in tasks if task in model.heads)))
    size = settings.effective_batch
    return Asynchronous({name: count * size for name, count in due.items()}, size)
