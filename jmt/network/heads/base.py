"""What every head offers; a kind of head is one file beside this one, listed in `jmt.network.heads`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor, nn

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import LabelSet
from jmt.network.batches.rows import as_array
from jmt.network.layers.label_embedding import LabelEmbedding

LEAST = 1e-8
"""Probabilities below it count as it where their logarithm is taken."""


def held(values: Tensor, mask: Tensor) -> Tensor:
    """Zero (B, T, ...) values at padding; values per pair, (P, ...), are left as they are."""
    return values * mask.unsqueeze(-1) if values.dim() > 2 else values


@dataclass(frozen=True, slots=True)
class HeadSizes:
    """The sizes a head is built with."""

    hidden: int
    """Size of a level's hidden states, both directions together."""
    label_embedding: int
    """Size of each label embedding that enters a pair classifier."""
    read_embeddings: int
    """How many label embeddings of lower pair tasks enter."""


class Head(nn.Module):
    """The output layer of one task: scores first; loss and decoding are functions of scores and gold."""

    likelihood: ClassVar[str] = "softmax"
    """What kind of noise its loss is the negative log-likelihood of: softmax, gaussian or laplace."""
    labels: LabelSet

    @classmethod
    def build_labels(cls, config: Any, golds: Sequence[Gold]) -> LabelSet:
        """Collect the labels of the training data."""
        raise TypeError(f"{cls.__name__} is abstract")

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Turn the gold of a batch into one tensor; `width` is T."""
        raise TypeError(f"{type(self).__name__} is abstract")

    def loss(self, scores: Any, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the sum of the losses of a batch, a scalar."""
        raise TypeError(f"{type(self).__name__} is abstract")

    def probabilities(self, scores: Any) -> Tensor:
        """Return (..., L) probabilities of the labels."""
        raise TypeError(f"{type(self).__name__} is abstract")

    def distill(self, scores: Any, teacher: Any, taught: Any, mask: Tensor) -> Tensor:
        """Return the summed cross-entropy to a teacher's probabilities; `taught` are its scores."""
        ours = self.probabilities(scores).clamp(min=LEAST).log()
        return -(held(teacher.probabilities(taught) * ours, mask)).sum()

    def signal(self, scores: Any) -> tuple[Tensor, ...]:
        """Return what levels above may read of the scores, for `build_embedding`'s module."""
        return (self.probabilities(scores),)

    def build_embedding(self, size: int) -> nn.Module:
        """Build what makes of the signal one vector (..., size) per word or pair."""
        return LabelEmbedding(len(self.labels), size)

    def arrays(self, scores: Any, mask: Tensor) -> Any:
        """Return the scores as the decoder of its kind reads them (`Kind.decoder`); here those of words, (N, L)."""
        return as_array(scores[mask])
