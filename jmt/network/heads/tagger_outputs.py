"""What stands over a tagger's logits: one softmax per word, or a CRF over the sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from jmt.cascade.symbols.labels import IGNORED
from jmt.network.decoding.viterbi import decode_constrained
from jmt.network.layers.crf import Crf


class Softmax(nn.Module):
    """p(y_t = j) = softmax of the logits of word t (eq. 6, eq. 7); the code's rules hold in decoding."""

    allowed: Tensor
    may_start: Tensor
    may_end: Tensor

    def __init__(self, allowed: Tensor, may_start: Tensor, may_end: Tensor) -> None:
        super().__init__()
        self.register_buffer("allowed", allowed, persistent=False)
        self.register_buffer("may_start", may_start, persistent=False)
        self.register_buffer("may_end", may_end, persistent=False)
        self.has_rules = not all(bool(rule.all()) for rule in (allowed, may_start, may_end))

    def score(self, logits: Tensor, mask: Tensor) -> Tensor:
        """Return the logits (B, T, L) as they are."""
        return logits

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return (B, T, L)."""
        return scores.softmax(dim=-1)

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of gold (B, T)."""
        return F.cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED, reduction="sum")

    def decode(self, scores: Tensor, mask: Tensor) -> Tensor:
        """Return the best labels (B, T) that the code allows."""
        if not self.has_rules:
            return scores.argmax(dim=-1).masked_fill(~mask, 0)
        return decode_constrained(scores, mask, self.allowed, self.may_start, self.may_end)


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

    def decode(self, scores: SequenceScores, mask: Tensor) -> Tensor:
        """Return the best sequences (B, T)."""
        return self.best(*scores)


OUTPUTS: dict[str, Any] = {"softmax": Softmax, "crf": CrfOutput}
"""By the key `decoder`."""
