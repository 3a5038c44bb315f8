"""Learning vectors from a text: batches of pairs, noise, a rate that falls to nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from jmt.training.seeds import derive_seed
from jmt.training.vectors.objective import skipgram
from jmt.training.vectors.pairs import END, UNCOUNTED, context_pairs, keep_chances
from jmt.training.vectors.tables import Table
from jmt.training.vectors.text_index import TextIndex

_CHUNK = 200_000
"""Words whose pairs are shuffled together."""
BATCH = 4096
"""Pairs of one step."""
_NOISE = 96
"""Noise words that the pairs of a step share."""


@dataclass(frozen=True, slots=True)
class SkipgramSettings:
    """What skip-gram is told; the defaults are the paper's (appendix A), epochs and rate are what suits AdaGrad."""

    size: int = 100
    window: int = 1
    negatives: int = 15
    subsample: float = 1e-5
    """Threshold of the share above which a word is now and then left out; 0 keeps all."""
    minimum: int = 10
    """Occurrences below which a word is no target and no context."""
    ngram_minimum: int = 10
    """Occurrences (of words that have it) below which an n-gram is unknown."""
    epochs: int = 5
    rate: float = 0.1
    """Of AdaGrad at the start; falls to nothing in a straight line."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far training has come."""

    done: int
    """Words of the text that were passed, over all epochs."""
    total: int
    loss: float
    """Mean loss of a pair since the report before."""
    seconds: float

    @property
    def words_a_second(self) -> float:
        """Words per second from the start."""
        return self.done / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float:
        """Seconds to the end at that rate."""
        return (self.total - self.done) / max(self.words_a_second, 1e-9)


class Targets(Protocol):
    """Where the vectors of targets come from."""

    def look_up(self, words: Tensor) -> Tensor:
        """Return (W, D)."""

    def step(self, words: Tensor, gradients: Tensor, rate: float) -> None:
        """Move what the vectors are made of."""


class Noise:
    """Draws words in proportion to count^0.75 (Mikolov et al. 2013, section 2.2)."""

    def __init__(self, counts: np.ndarray, generator: np.random.Generator) -> None:
        self._ends = np.cumsum(counts.astype(np.float64) ** 0.75)
        self._generator = generator

    def draw(self, count: int) -> np.ndarray:
        """Return indices of words, (count,)."""
        found = np.searchsorted(self._ends, self._generator.random(count) * self._ends[-1], side="right")
        words: np.ndarray = np.minimum(found, len(self._ends) - 1)
        return words


def train_vectors(
    text: TextIndex, symbol_of: np.ndarray, counts: np.ndarray, targets: Targets, settings: SkipgramSettings
) -> Iterator[Progress]:
    """Train target vectors in place; a report comes out after every chunk of the text.

    Args:
        text: the forms of the text.
        symbol_of: (forms,), the word (from 0) that each form is, or -1 where it is too rare.
        counts: (words,), how often each word occurs.
        targets: the vectors to learn.
        settings: the rest.
    """
    draws = np.random.default_rng(derive_seed(settings.seed, "vectors"))
    contexts, noise = Table(len(counts), settings.size), Noise(counts, draws)
    chances = keep_chances(counts, settings.subsample)
    # The stream counts words from 1, has END at sentence ends and UNCOUNTED for what is too rare or was let go.
    translate = np.concatenate([[END], np.where(symbol_of >= 0, symbol_of + 1, UNCOUNTED), [UNCOUNTED]]).astype(
        np.int32
    )
    began, total, done = time.monotonic(), text.words * settings.epochs, 0
    for _ in range(settings.epochs):
        for chunk in text.chunks(_CHUNK, draws.permutation(text.chunk_count(_CHUNK))):
            rate = settings.rate * max(1.0 - done / total, 1e-4)
            pairs = context_pairs(translate[chunk], chances, settings.window, draws)
            loss = _learn_pairs(*pairs, targets, contexts, noise, rate, settings.negatives)
            done += int((chunk != END).sum())
            yield Progress(done, total, loss, time.monotonic() - began)


def _learn_pairs(
    targets: np.ndarray, contexts: np.ndarray, vectors: Targets, table: Table, noise: Noise, rate: float, negatives: int
) -> float:
    """Make a step for every batch of pairs; return the mean loss of a pair."""
    loss = 0.0
    for start in range(0, len(targets), BATCH):
        words, places = torch.unique(torch.from_numpy(targets[start : start + BATCH]).long(), return_inverse=True)
        beside = torch.from_numpy(contexts[start : start + BATCH]).long()
        drawn = torch.from_numpy(noise.draw(_NOISE))
        found = vectors.look_up(words)
        step = skipgram(
            found[places],
            table.vectors[beside],
            table.vectors[drawn],
            beside.unsqueeze(1) == drawn,
            negatives / _NOISE,
        )
        loss += step.loss
        vectors.step(words, torch.zeros_like(found).index_add_(0, places, step.targets), rate)
        table.step(torch.cat([beside, drawn]), torch.cat([step.contexts, step.noise]), rate)
    return loss / max(len(targets), 1)
