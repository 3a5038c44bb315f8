"""The class of a sentence: its genre, its tone, whether it asks."""

from __future__ import annotations

from torch import Tensor

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import ClassifierConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.classes import ClassHead
from jmt.network.heads.of_wholes.sentence_layers import SentenceLayers, of_all_words


class Classifier(ClassHead):
    """softmax over classes, from Maxout layers over the pooled words of a sentence."""

    def __init__(self, config: ClassifierConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__(labels, noise_samples=config.noise_samples)
        self.classifier = SentenceLayers(config, sizes, len(labels) + self.noise.outputs)

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, L) from hidden (B, T, H) and mask (B, T)."""
        logits: Tensor = self.classifier(hidden, mask)
        return logits

    def signal(self, scores: Tensor) -> tuple[Tensor, ...]:
        """Return p(class), (B, 1, L), for every word of the sentence."""
        return (of_all_words(self.probabilities(scores)),)
