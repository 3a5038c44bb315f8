"""One label per word: POS tags, chunks, entities (section 2.2 and 2.3 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import IGNORED, LabelSet, iob2_to_iobes, iobes_to_iob2, split_code
from jmt.cascade.symbols.values import Tagged
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
        rules = allowed_transitions(labels.labels) if config.scheme else _all_transitions(len(labels))
        self.output = OUTPUTS[config.decoder](*rules)

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

    def decode(self, scores: Tensor | SequenceScores, mask: Tensor, *, confidences: bool = False) -> list[Tagged]:
        """Return the best labels per sentence, spans as IOB2 and always well formed."""
        ids = self.output.decode(scores, mask)
        chosen = None
        if confidences:
            chosen = self.probabilities(scores).gather(-1, ids.unsqueeze(-1)).squeeze(-1).tolist()
        names, lengths = self.labels.labels, mask.sum(dim=1).tolist()
        results = []
        for row, (best, length) in enumerate(zip(ids.tolist(), lengths, strict=True)):
            labels = [names[index] for index in best[:length]]
            labels = iobes_to_iob2(labels) if self.scheme == "iobes" else labels
            results.append(Tagged(labels, chosen[row][:length] if chosen else None))
        return results


def _to_scheme(labels: list[str], scheme: str | None) -> list[str]:
    """Rewrite a corpus's IOB2 labels in the model's code."""
    return iob2_to_iobes(labels) if scheme == "iobes" else labels


def _all_transitions(labels: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the rules of a code that has none."""
    return torch.ones(labels, labels).bool(), torch.ones(labels).bool(), torch.ones(labels).bool()


def allowed_transitions(labels: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
    """Return which label may follow which (L, L), which may start (L,) and which may end (L,) a sentence, as bool.

    The codes decide: `I` and `E` continue a `B` or `I` of their own type; where the set has an `E` or `S` (IOBES), a
    `B` or `I` must be continued.
    """
    codes = [split_code(label) for label in labels]
    closes = {kind for code, kind in codes if code in "ES" and code}  # types that are coded as IOBES

    def may_follow(before: tuple[str, str], after: tuple[str, str]) -> bool:
        continues = before[0] in ("B", "I") and after[0] in ("I", "E") and before[1] == after[1]
        must_continue = before[0] in ("B", "I") and before[1] in closes
        return continues or (not must_continue and after[0] not in ("I", "E"))

    outside = ("O", "")
    allowed = torch.tensor([[may_follow(before, after) for after in codes] for before in codes], dtype=torch.bool)
    start = torch.tensor([may_follow(outside, after) for after in codes], dtype=torch.bool)
    end = torch.tensor([may_follow(before, outside) for before in codes], dtype=torch.bool)
    return allowed, start, end
