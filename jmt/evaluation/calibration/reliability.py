"""How far confidences are from the share of right predictions among those that have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jmt.evaluation.calibration.judged import Judged

_BINS = 15
"""Of equal width, from 0 to 1 (Guo et al. 2017)."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """What the confidences of a task are worth; all but `count` are fractions in [0, 1]."""

    accuracy: float
    """Share of predictions that are right: of words (of trees: their governors), sentences or pairs."""
    confidence: float
    """The mean."""
    ece: float
    """Expected calibration error."""
    count: int


def reliability(judged: Judged) -> Reliability:
    """Compare confidences with what was right; without a prediction all is 0."""
    if not len(judged):
        return Reliability(0.0, 0.0, 0.0, 0)
    means = (float(judged.right.mean()), float(judged.confidences.mean()))
    return Reliability(*means, expected_calibration_error(judged), len(judged))


def expected_calibration_error(judged: Judged) -> float:
    """Return the mean over predictions of |accuracy - mean confidence| of their bin; the upper edge is in a bin.

    Naeini, Cooper and Hauskrecht 2015; Guo, Pleiss, Sun and Weinberger 2017, eq. 3.
    """
    bins = np.clip(np.ceil(judged.confidences * _BINS).astype(np.int64) - 1, 0, _BINS - 1)
    gaps = np.bincount(bins, weights=judged.right - judged.confidences, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(judged))
