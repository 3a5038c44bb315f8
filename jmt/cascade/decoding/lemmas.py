"""What a lemmatizer predicts: the best edits of every word, for `Kind.finish` to choose from."""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.by_sentence import by_sentence
from jmt.cascade.decoding.probabilities import Floats, check_numbers, softmax
from jmt.cascade.decoding.sequences import Ints
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Ranked
from jmt.cascade.task_config import LemmatizerConfig

_ALTERNATIVES = 8
"""Scripts that are handed on for each word: more than training saw on any form but a few."""


class LemmaDecoder:
    """The best scripts per word, the best first."""

    def __init__(self, config: LemmatizerConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self._names = np.array(labels.labels, dtype=object)
        self._most = min(_ALTERNATIVES, len(labels))
        self._temperature = temperature

    def decode(self, scores: Floats, lengths: Ints, *, confidences: bool = False) -> list[Ranked]:
        """Return the scripts of each of B sentences of `lengths` (B,), from logits (N, L)."""
        # In two steps, since most scripts are far from the best ones.
        best = np.argpartition(check_numbers(scores), -self._most, axis=-1)[:, -self._most :]
        order = np.argsort(-np.take_along_axis(scores, best, axis=-1), axis=-1, kind="stable")
        best = np.take_along_axis(best, order, axis=-1)
        shares = softmax(scores, self._temperature)
        names = by_sentence(self._names[best].tolist(), lengths)
        sure = by_sentence(np.take_along_axis(shares, best, axis=-1).tolist(), lengths)
        return [Ranked(*of_sentence, confidences) for of_sentence in zip(names, sure, strict=True)]
