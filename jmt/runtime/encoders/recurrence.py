"""The recurrence of a bi-LSTM: both directions at once, a step of all sentences that are long enough at a time.

A sigmoid is (1 + tanh of half its argument) / 2: weights and biases of such gates come halved, so that one tanh serves
all gates.  Twice the hidden state is carried, for which the recurrent weights are halved once more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jmt.files.quantise import Array
from jmt.runtime.encoders.reading_order import ReadingOrder


class Reading:
    """How far a batch has been read, by the recurrent weights of a level, (2, H, 4H), with gates i, f, o, g."""

    def __init__(self, weight: Array, order: ReadingOrder) -> None:
        size, sentences, count = weight.shape[1], order.sizes[0], order.words.shape[1]
        self._weight, self._places = weight, order.places
        self._states = np.empty((2, count, size), np.float32)  # 2 h, in the order of reading
        self._cells = np.zeros((2, sentences, size), np.float32)  # c
        self._sums = np.empty(2 * sentences * 4 * size, np.float32)
        self._products = np.empty((2, sentences, size), np.float32)
        self._first, self._width = 0, 0  # place of the step to take, and sentences of the one before it

    def go_on(self, gates: Array, sizes: Sequence[int]) -> None:
        """Take some steps, of so many sentences each, from what their inputs bring to the gates, (2, n, 4H)."""
        size, begin, width = self._weight.shape[1], self._first, -1
        states = self._states
        for count in sizes:
            if count != width:  # sentences end here: all views become narrower
                width = count
                sums = self._sums[: 8 * count * size].reshape(2, count, 4 * size)
                sigmoids, i, f = sums[:, :, : 3 * size], sums[:, :, :size], sums[:, :, size : 2 * size]
                o, g = sums[:, :, 2 * size : 3 * size], sums[:, :, 3 * size :]
                cells, products = self._cells[:, :count], self._products[:, :count]
            place = self._first
            step = gates[:, place - begin : place - begin + count]
            if self._width:
                np.matmul(states[:, place - self._width : place - self._width + count], self._weight, out=sums)
                np.add(sums, step, out=sums)
            else:
                sums[:] = step
            np.tanh(sums, out=sums)
            np.add(sigmoids, 1, out=sigmoids)
            np.multiply(i, g, out=products)
            np.multiply(cells, f, out=cells)
            np.add(cells, products, out=cells)
            np.multiply(cells, 0.5, out=cells)
            np.tanh(cells, out=products)
            np.multiply(o, products, out=states[:, place : place + count])
            self._first, self._width = place + count, count

    def hidden(self) -> Array:
        """Return the hidden states (N, 2H) of all words, sentence by sentence."""
        directions, count, size = self._states.shape
        hidden: Array = self._states.reshape(-1, size).take(self._places, axis=0).reshape(count, directions * size)
        hidden /= 2
        return hidden
