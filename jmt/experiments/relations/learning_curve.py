"""How a loss fell over a run: its level at every tenth of the steps, and its slope at some of them.

No rule is made of the slopes here.  Bingel and Søgaard (2017) found them to tell which main tasks gain, but their
sentence about it and their released data point in opposite directions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TENTHS = tuple(range(1, 11))
SLOPES_AT = (1, 2, 3, 5, 7)
"""Tenths of the steps: 10, 20, 30, 50 and 70 %."""


def loss_levels(losses: Sequence[float]) -> list[float | None]:
    """Return the loss at 10 %, 20 % ... 100 % of the steps: the mean over the tenth that ends there, None if empty."""
    cut = [losses[at(losses, tenth - 1) : at(losses, tenth)] for tenth in TENTHS]
    return [float(np.mean(part)) if len(part) else None for part in cut]


def loss_slopes(losses: Sequence[float]) -> list[float | None]:
    """Return the slope at each of `SLOPES_AT`: of the line of least squares through the tenths before and after.

    In shares of the loss of the first tenth, per tenth of the steps, so that tasks can be compared: -0.1 is a loss that
    falls by a tenth of what it was at first.  None where there are not two steps to put a line through.
    """
    first = loss_levels(losses)[0]
    found: list[float | None] = []
    for tenth in SLOPES_AT:
        start, stop = at(losses, tenth - 1), at(losses, tenth + 1)
        if not first or stop - start < 2:
            found.append(None)
            continue
        places = 10 * np.arange(start, stop) / len(losses)
        found.append(float(np.polyfit(places, np.asarray(losses[start:stop]), 1)[0]) / first)
    return found


def at(losses: Sequence[float], tenth: int) -> int:
    """Return how many steps a number of tenths are."""
    return round(len(losses) * tenth / 10)


def mean_curve(curves: Sequence[Sequence[float | None]]) -> list[float | None]:
    """Return the mean curve of several runs, where they have values."""
    known = [[value for value in values if value is not None] for values in zip(*curves, strict=True)]
    return [sum(values) / len(values) if values else None for values in known]
