"""Where training stands, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from jmt.training.events import PassSummary


@dataclass(slots=True)
class Progress:
    """With the tensors of `jmt.training.state` all that resuming needs: batches and dropout follow from it."""

    epoch: int = 1
    position: int = 0
    """Steps done in this epoch."""
    step: int = 0
    """Steps done in all."""
    pass_task: str | None = None
    """The task whose pass was begun last."""
    pass_loss: float = 0.0
    """Of the present pass: losses of its examples, summed; below, how many these were, and steps left out."""
    pass_examples: int = 0
    pass_words: int = 0
    pass_skipped: int = 0
    dealt: dict[str, int] = field(default_factory=dict)
    """By group: the batches it has had in the epochs before this one."""
    first_losses: dict[str, float] = field(default_factory=dict)
    last_losses: dict[str, float] = field(default_factory=dict)
    """By task: its mean loss in its first epoch, and in the last one that is done."""
    epoch_losses: dict[str, list[float]] = field(default_factory=dict)
    """By task: the sum of its losses in the steps of this epoch, and how many steps those were."""
    parts: int = 1
    """Parts that a batch is computed in; doubled where memory did not suffice."""
    failures: int = 0
    """Steps in a row that had to be left out."""
    best_score: float | None = None
    """What selects, of the best epoch so far; None before there is one, and then `best_epoch` is 0."""
    best_epoch: int = 0
    finished: bool = False
    """Whether training ends early, for want of a better epoch."""

    def state(self) -> dict[str, Any]:
        """Return all of it, for JSON."""
        return asdict(self)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Stand where another one stood when it gave its state."""
        for name, value in asdict(Progress(**state)).items():
            setattr(self, name, value)

    def start_pass(self, task: str) -> None:
        """Begin to count anew."""
        self.pass_task = task
        self.pass_loss, self.pass_examples, self.pass_words, self.pass_skipped = 0.0, 0, 0, 0

    def count(self, losses: Mapping[str, float], examples: int, words: int) -> None:
        """Add a step that was made to the present pass, and to the epoch."""
        self.failures = 0
        self.pass_loss += sum(losses.values()) * examples
        for task, loss in losses.items():
            total, steps = self.epoch_losses.get(task, (0.0, 0))
            self.epoch_losses[task] = [total + loss, steps + 1]
        self.pass_examples += examples
        self.pass_words += words

    def count_failure(self) -> None:
        """Add a step that had to be left out."""
        self.failures += 1
        self.pass_skipped += 1

    def summary(self) -> PassSummary:
        """Return what the present pass has come to."""
        mean = self.pass_loss / max(1, self.pass_examples)
        return PassSummary(str(self.pass_task), mean, self.pass_examples, self.pass_words, self.pass_skipped)

    def advance(self) -> None:
        """Move on to the next step of the epoch."""
        self.step += 1
        self.position += 1

    def judge(self, score: float | None, patience: int | None) -> bool:
        """Compare the score of this epoch, where it has one, with the best; end training where patience is over.

        Returns whether it is the best so far.
        """
        is_best = score is not None and (self.best_score is None or score > self.best_score)
        if is_best:
            self.best_score, self.best_epoch = score, self.epoch
        self.finished = score is not None and patience is not None and self.epoch - self.best_epoch >= patience
        return is_best

    @property
    def left(self) -> dict[str, float]:
        """What share of its first epoch's loss each task had in the last one; empty before there are two."""
        if self.epoch < 3:
            return {}
        first = self.first_losses
        return {task: last / first[task] for task, last in self.last_losses.items() if first[task] > 0}

    def end_epoch(self, dealt: Mapping[str, int]) -> None:
        """Move on to the next epoch, after so many batches of every group."""
        self.last_losses = {task: total / steps for task, (total, steps) in self.epoch_losses.items()}
        self.first_losses = {**self.last_losses, **self.first_losses}
        self.dealt = {group: self.dealt.get(group, 0) + count for group, count in dealt.items()}
        self.epoch, self.position, self.epoch_losses = self.epoch + 1, 0, {}
