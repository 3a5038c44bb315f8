"""Endless input in bounded memory: items are taken a window at a time, so that batches can be sorted by length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

FIRST_WINDOW = 1_024
"""Tokens; small, so that the first results come soon, and doubled with every window."""
WINDOW = 32_768
"""Tokens that are held at once: enough for batches of equal length, about 30 MB."""

Item = TypeVar("Item")


def windows(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Yield the items in windows of about `WINDOW` tokens, the first ones smaller.

    `size` gives the tokens of an item; an item without tokens counts as one, so that a window of them ends, too.
    What a window holds follows from the items alone.  Where the source fails, the items before the fault still come out
    first.
    """
    source = iter(items)
    limit = FIRST_WINDOW
    fault: Exception | None = None
    while fault is None:
        window, fault = take(source, size, limit)
        if window:
            yield window
        limit = min(2 * limit, WINDOW)
    if not isinstance(fault, StopIteration):
        raise fault


def in_windows(
    items: Iterable[Item], size: Callable[[Item], int], run: Callable[[Sequence[Item]], None]
) -> Iterator[Item]:
    """Yield the items in order, each after `run` has seen it in its window, of those that `windows` gives."""
    for window in windows(items, size):
        run(window)
        yield from window


def take(source: Iterator[Item], size: Callable[[Item], int], limit: int) -> tuple[list[Item], Exception | None]:
    """Take items up to a limit of tokens; the second value says why there are no more (`StopIteration`: the end)."""
    window: list[Item] = []
    tokens = 0
    while tokens < limit:
        try:
            item = next(source)
        except StopIteration as end:
            return window, end.with_traceback(None)  # which holds this frame, and with it all that the window holds
        except Exception as fault:
            return window, fault
        window.append(item)
        tokens += max(1, size(item))
    return window, None


def window_slices(lengths: Sequence[int]) -> Iterator[slice]:
    """Cut a sequence of sentences of these lengths into slices of about `WINDOW` tokens each."""
    first = tokens = 0
    for position, length in enumerate(lengths, start=1):
        tokens += length
        if tokens >= WINDOW:
            yield slice(first, position)
            first, tokens = position, 0
    if first < len(lengths):
        yield slice(first, len(lengths))
