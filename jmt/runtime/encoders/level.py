"""One level of the cascade: what enters its gates, and its bi-LSTM over a batch without padding (eq. 1).

The weights are arranged for `Reading`: gates in the order i, f, o, g, those of the sigmoids halved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jmt.cascade.symbols.lexicon import FormTable
from jmt.files.quantise import Array
from jmt.runtime.encoders.reading_order import ReadingOrder
from jmt.runtime.encoders.recurrence import Reading
from jmt.runtime.encoders.word_products import WordProducts, WordVectors

_STRETCH = 256
"""Words whose gates are made ready together: they fit a processor's cache, and fill its matrix product."""


class Level:
    """g_t = [h_t of the level below ; x_t ; sum of label embeddings], each of which may be absent, then a bi-LSTM."""

    def __init__(self, weights: Mapping[str, Array], vectors: WordVectors, *, below: int, most_bytes: int) -> None:
        directions, words = ("forwards", "backwards"), vectors.size
        inputs, recurrent, *biases = (
            np.stack([_arranged(weights[f"bilstm.{direction}.{name}_l0"]) for direction in directions])
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        bias = np.add(*biases)  # torch keeps two
        self._dense = np.ascontiguousarray(np.delete(inputs, slice(below, below + words), axis=1))  # (2, I, 4H)
        self._takes_below = below > 0
        self._recurrent = recurrent / 2  # (2, H, 4H), for twice the hidden state
        self._words = WordProducts(vectors, inputs[:, below : below + words], bias, most_bytes=most_bytes)

    def read(self, below: Array, labels: Sequence[Array], forms: FormTable, order: ReadingOrder) -> Array:
        """Return this level's hidden states (N, 2H) from those below and label embeddings (N, D)."""
        parts = [below] if self._takes_below else []
        parts += [sum(labels[1:], labels[0])] if labels else []
        inputs = np.concatenate(parts, axis=1) if parts else None
        words = self._words.of_batch(forms, order.words)
        reading = Reading(self._recurrent, order)
        for first, sizes in order.stretches(_STRETCH):
            last = first + sum(sizes)
            gates = words.ready(first, last)
            if inputs is not None:
                gates += np.matmul(inputs.take(order.words[:, first:last], axis=0), self._dense)
            reading.go_on(gates, sizes)
        return reading.hidden()


def _arranged(weight: Array) -> Array:
    """Return a torch LSTM's weights (4H, I) as (I, 4H), or biases (4H,), with i, f and o halved and before g."""
    i, f, g, o = np.split(weight, 4)
    return np.ascontiguousarray(np.concatenate([i / 2, f / 2, o / 2, g]).T)
