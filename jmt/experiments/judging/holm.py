"""Holm's correction: p-values of many comparisons, so that one false finding among all of them stays rare."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Return the adjusted p-values, in the order given.

    The k-th smallest of m is multiplied by m - k + 1, is never below the one before it, and never above 1: what stays
    at or below alpha is rejected with a family-wise error of at most alpha, however the comparisons depend on each
    other.  Source: Holm (1979).

    Raises:
        ValueError: a p-value that is not between 0 and 1.
    """
    if wrong := [value for value in p_values.values() if not 0 <= value <= 1]:
        raise ValueError(f"a p-value lies between 0 and 1, not {wrong[0]}")
    adjusted: dict[Key, float] = {}
    highest = 0.0
    for place, (key, value) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p_values) - place) * value))
        adjusted[key] = highest
    return {key: adjusted[key] for key in p_values}
