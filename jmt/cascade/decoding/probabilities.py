"""Scores to probabilities, on arrays; what is no number is refused before it becomes a prediction."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jmt.errors import ScoreError

Floats = npt.NDArray[np.floating[Any]]


def softmax(scores: Floats, temperature: float = 1.0) -> Floats:
    """Return exp(s / T) / sum of exp(s / T) over the last axis, of the type of the scores; -inf has the probability 0.

    The temperature T is what makes probabilities of confidences (Guo et al. 2017); predictions do not hang on it.
    """
    shares: Floats = scores - scores.max(axis=-1, keepdims=True)
    if temperature != 1.0:
        shares /= temperature
    np.exp(shares, out=shares)
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def log_softmax(scores: Floats) -> Floats:
    """Return the logarithm of the softmax over the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def check_numbers(scores: Floats) -> Floats:
    """Return the scores; minus infinity is one, of what must not be.

    Raises:
        ScoreError: some score is NaN or infinite.
    """
    if scores.size and not scores.max() < np.inf:  # of NaN and numbers, the largest is NaN
        raise ScoreError("the model's scores are no numbers; its weights are damaged, or its values overflow")
    return scores
