"""What a loss is counted per before tasks are weighed against each other: an example, a word, or the first losses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn

from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import KINDS
from jmt.training.settings.training import TrainingSettings

FIRST = 10
"""Steps of a task whose mean loss is its start."""


class PerExample(nn.Module):
    """A sentence or a pair, the neutral choice: a task about words has the sum of theirs."""

    def divisors(self, losses: Mapping[str, Tensor], words: float) -> dict[str, float]:
        """Return what each task's loss per example is divided by; an example of the batch has `words` on average."""
        return dict.fromkeys(losses, 1.0)

    def hear(self, losses: Mapping[str, float]) -> None:
        """Hear the losses per example of a step."""


class PerWord(PerExample):
    """A word, for the tasks that answer for each: xpos begins at the log of its labels, not at twenty times that."""

    def __init__(self, about_words: Collection[str]) -> None:
        super().__init__()
        self.about_words = frozenset(about_words)

    def divisors(self, losses: Mapping[str, Tensor], words: float) -> dict[str, float]:
        """Divide by the words of an example where a task is about them."""
        return {name: words if name in self.about_words else 1.0 for name in losses}


class PerFirstLoss(PerExample):
    """What the loss was in the first steps of the task: all tasks begin at one, whatever they are about."""

    means: Tensor
    seen: Tensor

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = list(tasks)
        self.register_buffer("means", torch.zeros(len(self.tasks)))
        self.register_buffer("seen", torch.zeros(len(self.tasks), dtype=torch.int64))

    def divisors(self, losses: Mapping[str, Tensor], words: float) -> dict[str, float]:
        """Divide by the mean of the first losses so far, in its first step by the loss itself."""
        found: dict[str, float] = {}
        for name, loss in losses.items():
            place = self.tasks.index(name)
            start = float(self.means[place]) if self.seen[place] else float(loss.detach())
            found[name] = start if start > 0 else 1.0
        return found

    def hear(self, losses: Mapping[str, float]) -> None:
        """Take the first losses of every task into its mean."""
        for name, loss in losses.items():
            place = self.tasks.index(name)
            if self.seen[place] < FIRST:
                self.seen[place] += 1
                self.means[place] += (loss - float(self.means[place])) / int(self.seen[place])


def build_loss_unit(settings: TrainingSettings, model: ModelConfig, tasks: Sequence[str]) -> PerExample:
    """Build what `training.loss` names."""
    if settings.loss == "word":
        return PerWord([name for name, task in model.tasks.items() if KINDS[task.kind].about == "words"])
    return PerFirstLoss(tasks) if settings.loss == "start" else PerExample()
