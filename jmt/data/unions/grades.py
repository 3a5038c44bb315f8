"""Grades of one corpus on the scale of another, by the line that takes one range to the other."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.cascade.symbols.examples import Gold
from jmt.data.cards import ScoreRange


def mapped(grade: float, own: ScoreRange, wanted: ScoreRange) -> float:
    """Return a grade of the range `own` in the range `wanted`; the ends of one are exactly those of the other."""
    share = (grade - own[0]) / (own[1] - own[0])
    return wanted[0] * (1 - share) + wanted[1] * share


def mapped_grades(golds: Sequence[Gold], own: ScoreRange | None, wanted: ScoreRange | None) -> Sequence[Gold]:
    """Map all grades among gold values; nothing is changed where a range is not known, or both are the same."""
    if own is None or wanted is None or tuple(own) == tuple(wanted):
        return golds
    return [mapped(gold, own, wanted) if isinstance(gold, float) else gold for gold in golds]
