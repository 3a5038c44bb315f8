"""One label per word: POS tags, chunks, entities (section 2.2 and 2.3 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jmt.cascade.decoding.crf import CrfScores
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import IGNORED, LabelSet, iob2_to_iobes
from jmt.cascade.task_config import TaggerConfig
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.tagger_outputs import OUTPUTS, SequenceScores
from jmt.network.heads.word_classifier import word_classifier


class Tagger(Head):
    """softmax(W ReLU(V h_t + b) + c) over the labels of one task, or a CRF over these logits."""

    def __init__(self, config: TaggerConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.scheme = config.scheme
        self.classifier = word_classifier(sizes.hidden, config.classifier_size, len(labels), config.dropout)
        self.output = OUTPUTS[config.decoder](label_rules(labels.labels, config.scheme))

    @classmethod
    def build_labels(cls, config: TaggerConfig, golds: Sequence[Gold]) -> LabelSet:
        """Collect the labels, in the code that the model uses."""
        return LabelSet.from_examples([_to_scheme(cast("list[str]", gold), config.scheme) for gold in golds])

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor | SequenceScores:
        """Return logits (B, T, L) from hidden (B, T, H), for a CRF with the mask."""
        scores: Tensor | SequenceScores = self.output.score(self.classifier(hidden), mask)
        return scores

    def probabilities(self, scores: Tensor | SequenceScores) -> Tensor:
        """Return p(y_t = j), (B, T, L)."""
        probabilities: Tensor = self.output.probabilities(scores)
        return probabilities

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return label indices (B, T), `IGNORED` at padding and where training never saw the label."""
        encoded = torch.full((len(golds), width), IGNORED)
        for row, gold in enumerate(golds):
            labels = _to_scheme(cast("list[str]", gold), self.scheme)
            encoded[row, : len(labels)] = torch.tensor([self.labels.index(label) for label in labels])
        return encoded

    def loss(self, scores: Tensor | SequenceScores, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of the gold labels (J_1 and J_2: eq. 6, eq. 7)."""
        loss: Tensor = self.output.loss(scores, gold, mask)
        return loss

    def arrays(self, scores: Tensor | SequenceScores, mask: Tensor) -> npt.NDArray[np.floating[Any]] | CrfScores:
        """Return logits (N, L), for a CRF with what it adds for neighbours."""
        arrays: npt.NDArray[np.floating[Any]] | CrfScores = self.output.arrays(scores, mask)
        return arrays


def _to_scheme(labels: list[str], scheme: str | None) -> list[str]:
    """Rewrite a corpus's IOB2 labels in the model's code."""
    return iob2_to_iobes(labels) if scheme == "iobes" else labels
