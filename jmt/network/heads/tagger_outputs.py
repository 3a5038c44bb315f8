"""What stands over a tagger's logits: one softmax per word, or a CRF over the sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.cascade.decoding.crf import CrfScores
from jmt.cascade.decoding.rules import Rules
from jmt.cascade.symbols.labels import IGNORED
from jmt.network.batches.rows import as_array
from jmt.network.layers.crf import Crf


class Softmax(nn.Module):
    """p(y_t = j) = softmax of the logits of word t (eq. 6, eq. 7); the code's rules hold in decoding."""

    def score(self, logits: Tensor, mask: Tensor) -> Tensor:
        """Return the logits (B, T, L) as they are."""
        return logits

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return (B, T, L)."""
        return scores.softmax(dim=-1)

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of gold (B, T)."""
        return F.cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED, reduction="sum")

    def arrays(self, scores: Tensor, mask: Tensor) -> npt.NDArray[np.floating[Any]]:
        """Return the logits (N, L) of words."""
        return as_array(scores[mask])


class SequenceScores(NamedTuple):
    """Logits of whole sentences."""

    logits: Tensor
    """(B, T, L)"""
    mask: Tensor
    """(B, T)"""


class CrfOutput(Crf):
    """p(y_1 .. y_T) by a CRF whose emissions are the logits; the code's rules hold in training, too."""

    def score(self, logits: Tensor, mask: Tensor) -> SequenceScores:
        """Keep the logits (B, T, L) with the mask, which the sums over sequences need; as float32."""
        return SequenceScores(logits.float(), mask)

    def probabilities(self, scores: SequenceScores) -> Tensor:
        """Return the marginals (B, T, L)."""
        return self.marginals(*scores)

    def loss(self, scores: SequenceScores, gold: Tensor, mask: Tensor) -> Tensor:  # type: ignore[override]
        """Return the summed negative log-likelihood of the gold sequences (B, T)."""
        return super().loss(scores.logits, gold, mask)

    def arrays(self, scores: SequenceScores, mask: Tensor) -> CrfScores:
        """Return the logits (N, L) of words, with the scores of transitions, starts and ends."""
        return CrfScores(as_array(scores.logits[mask]), *map(as_array, self.rules()))


OUTPUTS: dict[str, Callable[[Rules], Any]] = {
    "softmax": lambda _rules: Softmax(),
    "crf": lambda rules: CrfOutput(*map(torch.from_numpy, rules)),
}
"""By the key `decoder`, from the rules of the labels."""
