"""Dependency trees: scores of arcs for all words, and of relations for the arcs that are chosen (section 2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jmt.cascade.decoding.probabilities import softmax
from jmt.cascade.decoding.sequences import pad
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import ParserConfig
from jmt.files.quantise import Array
from jmt.runtime.heads.arc_scorers import Biaffine, Matcher, Views


@dataclass(frozen=True, slots=True)
class ParserScores:
    """Scores of a batch of sentences; relations are scored later, for chosen arcs only."""

    arc_scores: Array
    """(B, T, T + 1): word t's governor is the root (column 0) or word j (column j); -inf for itself and padding."""
    views: Views
    scorer: Matcher | Biaffine
    starts: Array
    """(N,) how many words stand before each word's sentence."""

    def deprel_logits(self, head_ids: Array) -> Array:
        """Return relation logits (N, R) of the words under their governors, head_ids (N,) in 0..T."""
        return self.scorer.deprel_logits(self.views, np.where(head_ids == 0, 0, self.starts + head_ids))


class Parser:
    """Scores of arcs by a matcher or a biaffine scorer."""

    def __init__(self, config: ParserConfig, labels: LabelSet, weights: Mapping[str, Array]) -> None:
        self._scorer = (Biaffine if config.scorer == "biaffine" else Matcher)(weights)

    def score(self, hidden: Array, lengths: Array, labels: Sequence[Array] = ()) -> ParserScores:
        """Return arc scores from hidden (N, H) and lengths (B,)."""
        views = self._scorer.views(hidden)
        dependents, mask = pad(views.arc_dependents, lengths)
        scores = dependents @ _candidates(views.arc_governors, mask).transpose(0, 2, 1)
        priors = np.full((mask.shape[0], mask.shape[1] + 1), -np.inf, np.float32)
        priors[:, 0] = views.arc_priors[0]
        priors[:, 1:][mask] = views.arc_priors[1:]
        scores += priors[:, None]
        words = np.arange(mask.shape[1])
        scores[:, words, words + 1] = -np.inf
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        return ParserScores(scores, views, self._scorer, starts)

    def signal(self, scores: ParserScores, lengths: Array) -> tuple[Array, ...]:
        """Return p(relation) (N, R) under the likeliest governor, and the expected governor of every word (N, K)."""
        mask = np.arange(scores.arc_scores.shape[1]) < lengths[:, None]
        likeliest = scores.arc_scores.argmax(axis=-1)[mask]
        expected = softmax(scores.arc_scores) @ _candidates(scores.views.governors, mask)
        return softmax(scores.deprel_logits(likeliest)), expected[mask]


def _candidates(governors: Array, mask: Array) -> Array:
    """Return (B, T + 1, K) of governors (N + 1, K): the root, then the words of each sentence, 0 at padding."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 1, governors.shape[1]), np.float32)
    padded[:, 0] = governors[0]
    padded[:, 1:][mask] = governors[1:]
    return padded
