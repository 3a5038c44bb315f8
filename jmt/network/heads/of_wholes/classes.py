"""A choice among classes, for every head that gives a whole example one: of a sentence, or of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.symbols.examples import Gold
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.network.batches.rows import as_array
from jmt.network.heads.base import Head


class ClassHead(Head):
    """softmax over classes; E examples, L classes."""

    @classmethod
    def build_labels(cls, config: Any, golds: Sequence[Gold]) -> LabelSet:
        """Collect the classes."""
        return LabelSet.from_examples([[cast(str, gold)] for gold in golds])

    def probabilities(self, scores: Tensor) -> Tensor:
        """Return p(class), (E, L)."""
        return scores.softmax(dim=-1)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return class indices (E,), `IGNORED` where training never saw the class."""
        return torch.tensor([self.labels.index(cast(str, gold)) for gold in golds])

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood (J_5: eq. 10)."""
        return F.cross_entropy(scores, gold, ignore_index=IGNORED, reduction="sum")

    def arrays(self, scores: Tensor, mask: Tensor) -> npt.NDArray[np.floating[Any]]:
        """Return the logits (E, L)."""
        return as_array(scores)
