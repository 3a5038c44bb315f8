"""What a linker predicts: which words of a sentence each word is linked to."""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.probabilities import Floats, check_numbers
from jmt.cascade.decoding.sequences import Ints
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.links import write_links
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import LinkerConfig


class LinkDecoder:
    """Every link that is likelier than not, by itself: a word may have none, one or many."""

    def __init__(self, config: LinkerConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self._temperature = temperature

    def decode(self, scores: Floats, lengths: Ints, *, confidences: bool = False) -> list[Tagged]:
        """Return the links of each of B sentences of `lengths` (B,), from logits (B, T, T), as a corpus writes them.

        The confidence in a word is the probability that all is right that is said of it: the product over all words.
        """
        check_numbers(scores)
        return [
            self._of_sentence(of_all[:length, :length], confidences=confidences)
            for of_all, length in zip(scores, lengths.tolist(), strict=True)
        ]

    def _of_sentence(self, logits: Floats, *, confidences: bool) -> Tagged:
        linked = logits > 0
        labels = [write_links(np.flatnonzero(targets).tolist()) for targets in linked]
        if not confidences:
            return Tagged(labels)
        # log p of what is said is -log(1 + exp(-|s|)), whichever it is.
        sure = -np.logaddexp(0.0, -np.abs(logits.astype(np.float64)) / self._temperature).sum(axis=1)
        return Tagged(labels, np.exp(sure).tolist())
