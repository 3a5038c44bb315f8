"""Skip-gram with negative sampling for a batch of pairs: its loss and gradients (eq. 12 of Hashimoto et al. 2017)."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class Gradients(NamedTuple):
    """The loss of a batch and its gradients, one row per vector given."""

    loss: float
    targets: Tensor  # (P, D)
    contexts: Tensor  # (P, D)
    noise: Tensor  # (N, D)


def skipgram(targets: Tensor, contexts: Tensor, noise: Tensor, hits: Tensor, weight: float) -> Gradients:
    """Return the sum over P pairs of -log s(v.c) - weight * sum over N noise words of log s(-v.n), and its gradients.

    All pairs of a batch share their noise words, which turns the sum into a product of matrices; with weight =
    negatives / N its expectation is that of `negatives` noise words drawn for every pair alone.

    Args:
        targets: (P, D), the vectors v; for n-grams the mean of a word's (eq. 11).
        contexts: (P, D), the context vectors of the words beside them.
        noise: (N, D), context vectors of noise words.
        hits: (P, N), True where a noise word is the pair's own context and does not count.
        weight: of a noise word.
    """
    right = (targets * contexts).sum(1)  # (P,)
    wrong = (targets @ noise.T).masked_fill_(hits, float("-inf"))  # (P, N)
    loss = -F.logsigmoid(right).sum() + weight * F.softplus(wrong).sum()
    toward = torch.sigmoid(right).sub_(1.0).unsqueeze(1)  # (P, 1)
    away = torch.sigmoid_(wrong).mul_(weight)  # (P, N)
    return Gradients(
        loss=float(loss),
        targets=torch.addmm(toward * contexts, away, noise),
        contexts=toward * targets,
        noise=away.T @ targets,
    )
