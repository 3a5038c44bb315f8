"""The grade of a sentence: how hard it is to read, how likely it is to be true."""

from __future__ import annotations

from torch import Tensor

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import RegressorConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.grades import GradeHead
from jmt.network.heads.of_wholes.sentence_layers import SentenceLayers, of_all_words


class Regressor(GradeHead):
    """softmax over the whole numbers of the range, from Maxout layers over the pooled words of a sentence."""

    def __init__(self, config: RegressorConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__(labels)
        self.classifier = SentenceLayers(config, sizes, len(labels))

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, bins) from hidden (B, T, H) and mask (B, T)."""
        logits: Tensor = self.classifier(hidden, mask)
        return logits

    def signal(self, scores: Tensor) -> tuple[Tensor, ...]:
        """Return p(score = i), (B, 1, bins), for every word of the sentence."""
        return (of_all_words(self.probabilities(scores)),)
