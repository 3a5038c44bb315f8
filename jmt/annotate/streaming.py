"""Endless input in bounded memory: items are taken a window at a time, so that batches can be sorted by length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

FIRST_WINDOW = 1_024
"""Tokens; small, so that the first results come soon, and doubled with every window."""
WINDOW = 32_768
"""Tokens that are held at once: enough for batches of equal length, about 30 MB."""

Item = TypeVar("Item")


def in_windows(
    items: Iterable[Item], size: Callable[[Item], int], run: Callable[[Sequence[Item]], None]
) -> Iterator[Item]:
    """Yield the items in order, each after `run` has seen it in a window of about `WINDOW` tokens.

    `size` gives the tokens of an item; an item without tokens counts as one, so that a window of them ends, too.
    """
    limit = FIRST_WINDOW
    window: list[Item] = []
    tokens = 0
    for item in items:
        window.append(item)
        tokens += max(1, size(item))
        if tokens >= limit:
            run(window)
            yield from window
            window, tokens = [], 0
            limit = min(2 * limit, WINDOW)
    if window:
        run(window)
        yield from window


def slices(lengths: Sequence[int]) -> Iterator[slice]:
    """Cut a sequence of sentences of these lengths into slices of about `WINDOW` tokens each."""
    first = tokens = 0
    for position, length in enumerate(lengths, start=1):
        tokens += length
        if tokens >= WINDOW:
            yield slice(first, position)
            first, tokens = position, 0
    if first < len(lengths):
        yield slice(first, len(lengths))
