"""Windows over a sentence that is longer than a pretrained encoder takes: they overlap, and each word is kept once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Window:
    """One pass: its runs of words, one per sentence."""

    runs: tuple[tuple[int, int], ...]
    """First word and the one after the last, as numbers among all words of the batch."""
    kept: tuple[int, int] | None
    """The same for the words whose states are taken from this window; None: all of them."""


def split_windows(begin: int, end: int, starts: np.ndarray, *, room: int, overlap: int) -> list[Window]:
    """Cut a long sentence into windows of at most `room` pieces that share about `overlap` pieces on each side."""
    windows: list[Window] = []
    core = begin
    while core < end:
        first = int(np.searchsorted(starts, starts[core] - overlap)) if core > begin else begin
        first = min(max(first, begin), core)
        last = int(np.searchsorted(starts, starts[first] + room, side="right")) - 1
        last = min(max(last, core + 1), end)
        # The words at the right edge are taken from the next window, which shows what follows them.
        inner = int(np.searchsorted(starts, starts[last] - overlap, side="right")) - 1
        stop = end if last == end else max(inner, core + 1)
        windows.append(Window(((first, last),), (core, stop)))
        core = stop
    return windows
