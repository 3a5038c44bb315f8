"""Arc scores made fit for an exact search: finite, in double precision, with forbidden arcs far below the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def finite_arc_scores(scores: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.float64], float]:
    """Copy arc scores (n, n+1) so that a search can add and subtract them; also return their span.

    A word's own column becomes -inf.  Other arcs that are -inf or NaN become finite but so low that the best tree has
    as few of them as possible; +inf becomes the highest finite score.  The span is larger than the difference between
    the totals of any two trees.
    """
    words = len(scores)
    if scores.shape != (words, words + 1):
        raise ValueError(f"arc scores have shape {scores.shape}; n words need (n, n + 1), column 0 being the root")
    finite = np.array(scores, dtype=np.float64)
    positions = np.arange(words)
    finite[positions, positions + 1] = np.nan
    known = np.isfinite(finite)
    low, high = (float(finite[known].min()), float(finite[known].max())) if known.any() else (0.0, 0.0)
    span = words * (high - low) + 1.0
    finite[finite == np.inf] = high
    if known.sum() < words * words:
        forbidden = ~np.isfinite(finite)
        finite[forbidden] = low - span
        span = words * (high - low + span) + 1.0
    finite[positions, positions + 1] = -np.inf
    return finite, span
