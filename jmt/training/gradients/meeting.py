"""Z of MGDA-UB: through what all that tasks share acts on their losses (Sener and Koltun 2018, section 3.3).

On one level that is its hidden states.  In a cascade it is what leaves the lowest level that has a task: its hidden
states h, and the words x, which higher levels read again (shortcut).  The parameters of words and of the levels up to
there act on all losses through Z alone; those above are plain ones, as heads are in the paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from jmt.network.model import JointModel


class Meeting:
    """Watches a network, and has Z of the batch that it computed last."""

    def __init__(
        self,
        start: nn.Module,
        hidden: nn.Module,
        above: Sequence[nn.Parameter],
        *,
        place: int = 0,
        higher: Iterable[nn.Module] = (),
    ) -> None:
        """Watch `start`, which every batch passes first, and `hidden`, which the states of each level pass.

        Of these the states at `place` are taken.  `higher` are the levels above, which read x anew; `above` the
        parameters of all that comes after Z.
        """
        self.above = list(above)
        self._place = place
        self._passed = 0
        self._states: list[Tensor] = []
        self._words: tuple[Tensor, Tensor] | None = None
        start.register_forward_hook(self._begin)
        hidden.register_forward_hook(self._see)
        for level in higher:
            level.register_forward_pre_hook(self._lift_words)

    @property
    def states(self) -> list[Tensor]:
        """Z, as tensors (B, T, ...)."""
        return [*self._states, *([self._words[1]] if self._words else [])]

    def _begin(self, module: nn.Module, inputs: Any, output: Tensor) -> None:
        self._passed, self._states, self._words = 0, [], None

    def _see(self, module: nn.Module, inputs: Any, output: Tensor) -> None:
        if self._passed == self._place:
            self._states = [output]
        self._passed += 1

    def _lift_words(self, level: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Hand x on as another tensor, so that what higher levels ask of it is told from what lower ones do."""
        below, words, *others = inputs
        if self._words is None or self._words[0] is not words:
            self._words = (words, words.view_as(words))
        return (below, self._words[1], *others)


def meeting_of(model: JointModel, tasks: Collection[str]) -> Meeting:
    """Return where the tasks of a model meet; all of them climb in every step."""
    config = model.config
    lowest = min(config.tasks[task].level for task in tasks)
    below = tuple(f"encoder.{prefix}" for prefix in model.encoder.parameters_of(range(1, lowest + 1)))
    above = [parameter for name, parameter in model.named_parameters() if not name.startswith(below)]
    higher = [module for level, module in enumerate(model.encoder.levels, start=1) if level > lowest]
    place = config.levels_of(tasks).index(lowest)
    return Meeting(model.encoder.words, model.hidden, above, place=place, higher=higher)


def gradients_at(states: Sequence[Tensor], above: Sequence[nn.Parameter], loss: Tensor) -> tuple[Tensor, list[Any]]:
    """Return the gradient at Z, flat, and those of the parameters above, None where they have no part in the loss."""
    found = torch.autograd.grad(loss, [*states, *above], retain_graph=True, allow_unused=True)
    at = [
        torch.zeros_like(state) if gradient is None else gradient
        for state, gradient in zip(states, found, strict=False)
    ]
    return torch.cat([gradient.flatten() for gradient in at]), list(found[len(states) :])
