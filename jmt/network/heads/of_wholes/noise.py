"""Noise in the labels of classes, of a strength that is learned for each example (Kendall and Gal, NeurIPS 2017).

Where the labels of examples of some sort cannot be told, the scores may say so, and cost less: heteroscedastic noise.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.labels import IGNORED


class ClassNoise(Protocol):
    """What the scores of a head say besides a logit per class, and the loss that follows."""

    outputs: int
    """How many numbers stand behind the L logits of an example."""

    def loss(self, scores: Tensor, gold: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of gold classes (E,), from scores (E, L + outputs)."""
        ...


class NoNoise:
    """The neutral choice: a softmax over the logits."""

    outputs = 0

    def loss(self, scores: Tensor, gold: Tensor) -> Tensor:
        """Return the cross-entropy (J_5: eq. 10 of Hashimoto et al. 2017)."""
        return F.cross_entropy(scores, gold, ignore_index=IGNORED, reduction="sum")


class LearnedNoise:
    """Gaussian noise on the logits, whose log-variance s stands behind them; the likelihood is a mean over samples.

    log p(c) = log 1/T sum_t softmax(f + exp(s / 2) eps_t)_c with eps_t ~ N(0, I) (eq. 12 of Kendall and Gal).
    """

    outputs = 1

    def __init__(self, samples: int) -> None:
        self.samples = samples

    def loss(self, scores: Tensor, gold: Tensor) -> Tensor:
        """Return the negative logarithm of that mean, summed over examples whose class is known."""
        known = gold != IGNORED
        logits, gold = scores[known].float(), gold[known]
        logits, strength = logits[:, :-1], (logits[:, -1:] / 2).exp()
        noise = torch.randn(self.samples, *logits.shape, device=logits.device)
        chances = (logits + strength * noise).log_softmax(dim=-1)  # (T, E, L)
        of_gold = chances.gather(-1, gold.expand(self.samples, -1).unsqueeze(-1)).squeeze(-1)
        return -(of_gold.logsumexp(dim=0) - math.log(self.samples)).sum()


def build_noise(samples: int) -> ClassNoise:
    """Build what `noise_samples` asks for."""
    return LearnedNoise(samples) if samples else NoNoise()
