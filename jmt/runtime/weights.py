"""Parts of a network's weights, found by the beginnings of their names."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.files.quantise import Array


def under(prefix: str, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights whose names begin so, without that beginning."""
    return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}
