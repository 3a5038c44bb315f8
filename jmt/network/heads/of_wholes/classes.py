"""A choice among classes, for every head that gives a whole example one: of a sentence, or of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import LabelSet
from jmt.network.batches.rows import as_array
from jmt.network.heads.base import Head
from jmt.network.heads.of_wholes.noise import build_noise


class ClassHead(Head):
    """softmax over classes; E examples, L classes, and behind their logits what is said of noise in the labels."""

    def __init__(self, labels: LabelSet, *, noise_samples: int) -> None:
        super().__init__()
        self.labels = labels
        self.noise = build_noise(noise_samples)

    @classmethod
    def build_labels(cls, config: Any, golds: Sequence[Gold]) -> LabelSet:
        """Collect the classes."""
        return LabelSet.from_examples([[cast(str, gold)] for gold in golds])

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(class), (E, L)."""
        return self._logits(scores).softmax(dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return class indices (E,), `IGNORED` where training never saw the class."""
        return torch.tensor([self.labels.index(cast(str, gold)) for gold in golds])

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood (J_5: eq. 10), with noise as `noise` has it."""
        return self.noise.loss(scores, gold)

    def arrays(self, scores: Tensor, mask: Tensor) -> npt.NDArray[np.floating[Any]]:
        """Return the logits (E, L)."""
        return as_array(self._logits(scores))

    def _logits(self, scores: Tensor) -> Tensor:
        """Return (E, L) of scores with what stands behind it."""
        return scores[..., : len(self.labels)]
