"""What a tagger predicts: labels that its code allows, one per word."""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.by_sentence import by_sentence
from jmt.cascade.decoding.crf import CrfScores, best_sequences, marginals
from jmt.cascade.decoding.probabilities import Floats, check_numbers, softmax
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.decoding.sequences import Ints, best_allowed
from jmt.cascade.symbols.labels import LabelSet, iobes_to_iob2
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import TaggerConfig


class TagDecoder:
    """The best labels per sentence, spans as IOB2 and always well formed."""

    def __init__(self, config: TaggerConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self._names = np.array(labels.labels, dtype=object)
        self._rules = label_rules(labels.labels, config.scheme)
        self._iobes = config.scheme == "iobes"
        self._temperature = temperature

    def decode(self, scores: Floats | CrfScores, lengths: Ints, *, confidences: bool = False) -> list[Tagged]:
        """Return the labels of each of B sentences of `lengths` (B,), from logits (N, L), or those of a CRF."""
        ids = self._choose(scores, lengths)
        labels = by_sentence(self._names[ids].tolist(), lengths)
        if self._iobes:
            labels = [iobes_to_iob2(of_sentence) for of_sentence in labels]
        if not confidences:
            return [Tagged(of_sentence) for of_sentence in labels]
        shares = (
            marginals(scores, lengths, self._temperature)
            if isinstance(scores, CrfScores)
            else softmax(scores, self._temperature)
        )
        sure = by_sentence(shares[np.arange(len(ids)), ids].tolist(), lengths)
        return [Tagged(*of_sentence) for of_sentence in zip(labels, sure, strict=True)]

    def _choose(self, scores: Floats | CrfScores, lengths: Ints) -> Ints:
        """Return the label of every word, (N,)."""
        if isinstance(scores, CrfScores):
            check_numbers(scores.logits)
            return best_sequences(scores, lengths)
        check_numbers(scores)
        return scores.argmax(-1) if self._rules.empty else best_allowed(scores, lengths, self._rules)
