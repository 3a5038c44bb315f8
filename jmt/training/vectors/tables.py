"""Tables whose rows learn by AdaGrad with one rate per row, and target vectors that are rows or means of rows."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_START = 1e-6
"""Keeps the first division finite; far below any squared gradient."""


class Table:
    """Vectors with a running sum of squared gradients per row.

    Row by row, since the pairs of a frequent symbol come by the hundred in one batch: its gradient is a sum over
    them, which plain SGD with a rate fit for rare symbols would overshoot.
    """

    def __init__(self, count: int, size: int, *, generator: torch.Generator | None = None) -> None:
        self.vectors = torch.zeros(count, size)
        if generator is not None:
            self.vectors.uniform_(-0.5 / size, 0.5 / size, generator=generator)
        self._squares = torch.full((count,), _START)

    def step(self, rows: Tensor, gradients: Tensor, rate: float) -> None:
        """Subtract rate * gradient / sqrt(sum of mean squared gradients); rows may repeat and are summed first."""
        distinct, places = torch.unique(rows, return_inverse=True)
        total = torch.zeros(len(distinct), gradients.shape[1]).index_add_(0, places, gradients)
        squares = self._squares[distinct] + total.square().mean(1)
        self._squares[distinct] = squares
        self.vectors.index_add_(0, distinct, total.mul_((-rate * squares.rsqrt()).unsqueeze(1)))


class WordTargets:
    """A target's vector is its row of the table."""

    def __init__(self, count: int, size: int, generator: torch.Generator) -> None:
        self.table = Table(count, size, generator=generator)

    def look_up(self, words: Tensor) -> Tensor:
        """Return (W, D), the vectors of W words."""
        return self.table.vectors[words]

    def step(self, words: Tensor, gradients: Tensor, rate: float) -> None:
        """Move the vectors of distinct words against their gradients, (W, D)."""
        self.table.step(words, gradients, rate)


class NgramTargets:
    """A target's vector is the mean of its known n-grams' (eq. 11).

    `ngrams` holds the n-gram indices of all words one after the other, `starts` (words + 1) where each begins.
    """

    def __init__(self, count: int, size: int, generator: torch.Generator, ngrams: Tensor, starts: Tensor) -> None:
        self.table = Table(count, size, generator=generator)
        self.ngrams, self.starts = ngrams, starts

    def _choose(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the n-grams of the words, one after the other, and how many each has."""
        firsts = self.starts[words]
        counts = self.starts[words + 1] - firsts
        shifts = firsts - (counts.cumsum(0) - counts)
        places = torch.arange(int(counts.sum())) + shifts.repeat_interleave(counts)
        return self.ngrams[places], counts

    def look_up(self, words: Tensor) -> Tensor:
        """Return (W, D), the vectors of W words."""
        ngrams, counts = self._choose(words)
        return F.embedding_bag(ngrams, self.table.vectors, counts.cumsum(0) - counts, mode="mean")

    def step(self, words: Tensor, gradients: Tensor, rate: float) -> None:
        """Move the n-grams of distinct words: each gets its share 1/K of a word's gradient."""
        ngrams, counts = self._choose(words)
        shares = gradients / counts.clamp(min=1).unsqueeze(1)
        self.table.step(ngrams, shares.repeat_interleave(counts, dim=0), rate)
