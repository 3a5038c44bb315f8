"""The word pieces of a batch without padding: windows of the same length stand one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jmt.cascade.symbols.pieces import PieceLayout
from jmt.files.quantise import Array

_CHUNK = 1024
"""Pieces that pass through a block together: enough to fill its matrix products, little enough for a cache."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some windows of the same length."""

    first: int
    """Where the first of their pieces stands among those of the chunk."""
    windows: int
    length: int

    @property
    def places(self) -> slice:
        """Where all of their pieces stand."""
        return slice(self.first, self.first + self.windows * self.length)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pieces that pass through a block together: whole windows."""

    first: int
    size: int
    runs: tuple[Run, ...]

    @property
    def places(self) -> slice:
        """Where its pieces stand among the n of the batch."""
        return slice(self.first, self.first + self.size)


class PackedPieces:
    """The n pieces of all windows of a layout, shortest windows first, and the way to the batch's N words and back."""

    def __init__(self, layout: PieceLayout) -> None:
        lengths = layout.mask.sum(1)
        order = np.argsort(lengths, kind="stable")
        self.origins = np.flatnonzero(layout.mask).take(_stretches(lengths, order))
        """(n,) place w * P + p of each piece in the layout."""
        self.columns = self.origins % layout.mask.shape[1]
        """(n,) place of each piece in its window."""
        self.rows = np.empty(layout.mask.size, dtype=np.int64)
        """(W * P,) the opposite of `origins`."""
        self.rows[self.origins] = np.arange(len(self.origins))
        self.chunks = list(_chunks(lengths[order].tolist()))
        self.words = layout.piece_words.take(self.origins)
        """(n,) number of the word that a piece belongs to; N where it belongs to none."""
        self._bags, self._starts = self.rows[layout.bags], layout.bag_starts
        self._counts = np.diff(layout.bag_starts, append=len(layout.bags))

    def average(self, values: Array) -> Array:
        """Return the words' (N, H), each the mean of its pieces, from all pieces' (n, H)."""
        words: Array = values.take(self._bags.take(self._starts), axis=0)
        more = np.flatnonzero(self._counts > 1)
        if len(more):
            for number in range(1, int(self._counts[more].max())):
                those = more[self._counts[more] > number]
                words[those] += values.take(self._bags.take(self._starts[those] + number), axis=0)
            words[more] /= self._counts[more, None].astype(np.float32)
        return words


def _stretches(lengths: Array, order: Array) -> Array:
    """Return the numbers of all pieces, window after window as packed in the layout, with the windows in this order."""
    firsts, sizes = (np.cumsum(lengths) - lengths)[order], lengths[order]
    numbers: Array = np.arange(sizes.sum()) + np.repeat(firsts - (np.cumsum(sizes) - sizes), sizes)
    return numbers


def _chunks(lengths: list[int]) -> Iterator[Chunk]:
    """Cut windows, given by their rising lengths, into chunks of about `_CHUNK` pieces, and these into runs."""
    first = size = 0
    runs: list[Run] = []
    for length in lengths:
        if size and size + length > _CHUNK:
            yield Chunk(first, size, tuple(runs))
            first, size, runs = first + size, 0, []
        if runs and runs[-1].length == length:
            runs[-1] = Run(runs[-1].first, runs[-1].windows + 1, length)
        else:
            runs.append(Run(size, 1, length))
        size += length
    yield Chunk(first, size, tuple(runs))
