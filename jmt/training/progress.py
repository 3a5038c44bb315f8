"""Where training stands, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


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
    pass_examples: int = 0
    pass_words: int = 0
    pass_skipped: int = 0
    parts: int = 1
    """Parts that a batch is computed in; doubled where memory did not suffice."""
    failures: int = 0
    """Steps in a row that had to be left out."""
    best_score: float | None = None
    best_epoch: int = 0
    finished: bool = False

    def count(self, loss: float, examples: int, words: int) -> None:
        """Add a step that was made to the present pass."""
        self.failures = 0
        self.pass_loss += loss
        self.pass_examples += examples
        self.pass_words += words
