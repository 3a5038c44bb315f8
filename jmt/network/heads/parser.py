"""Dependency trees: who governs each word, and by which relation (section 2.4 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.cascade.symbols.examples import Gold, GoldTree
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.task_config import ParserConfig
from jmt.network.batches.rows import as_array
from jmt.network.heads.base import Head, HeadSizes, held
from jmt.network.layers.biaffine import Biaffine
from jmt.network.layers.matcher import Matcher
from jmt.network.layers.structure_embedding import StructureEmbedding


@dataclass(frozen=True, slots=True)
class ParserScores:
    """Scores of a batch of sentences; relations are scored later, for chosen arcs only."""

    arc_scores: Tensor
    """(B, T, T + 1): word t's governor is the root (column 0) or word j (column j); -inf for itself and padding."""
    dependents: Tensor
    """(B, T, K): each word as a dependent, for its relation."""
    governors: Tensor
    """(B, T + 1, K): each possible governor, the root first."""


@dataclass(frozen=True, slots=True)
class ChosenArcs:
    """The same as `jmt.cascade.decoding.parsing` reads them: the relations of N words, under heads chosen on arrays."""

    arc_scores: npt.NDArray[np.floating[Any]]
    scorer: Matcher | Biaffine
    scores: ParserScores
    mask: Tensor
    """(B, T)"""

    def deprel_logits(self, head_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.floating[Any]]:
        """Return relation logits (N, R) of all words, without padding, under head_ids (N,) in 0..T."""
        rows, words = self.mask.nonzero(as_tuple=True)  # the relations of padding would cost as much as those of words
        heads = torch.from_numpy(head_ids).to(rows.device)
        dependents, governors = self.scores.dependents[None, rows, words], self.scores.governors[None, rows, heads]
        return as_array(self.scorer.deprels(dependents, governors)[0])


def _build_scorer(config: ParserConfig, size: int, deprels: int) -> Matcher | Biaffine:
    """Build what `scorer` names."""
    if config.scorer == "matcher":
        return Matcher(size, deprels, classifier_size=config.classifier_size, dropout=config.dropout)
    sizes = {"arc_size": config.arc_size, "deprel_size": config.deprel_size}
    return Biaffine(size, deprels, dropout=config.dropout, **sizes)


class Parser(Head):
    """m(t, j) = h_t . (W_d h_j), softmax over j (eq. 3); relation by softmax(ReLU([h_t ; h_j])).

    The paper puts the root vector r at position L + 1; here it stands at 0, so that ids are CoNLL-U's head column.
    """

    def __init__(self, config: ParserConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.root = nn.Parameter(torch.zeros(sizes.hidden))  # r
        self.scorer = _build_scorer(config, sizes.hidden, len(labels))

    @classmethod
    def build_labels(cls, config: ParserConfig, golds: Sequence[Gold]) -> LabelSet:
        """Collect the relations, subtypes included."""
        return LabelSet.from_examples([cast(GoldTree, gold).tree.deprels for gold in golds])

    def score(self, hidden: Tensor, mask: Tensor) -> ParserScores:
        """Return arc scores (eq. 3, before the softmax) from hidden (B, T, 2H) and mask (B, T)."""
        views = self.scorer(hidden, self.root)
        itself = torch.eye(hidden.size(1), dtype=torch.bool, device=hidden.device)
        forbidden = F.pad(itself | ~mask.unsqueeze(1), (1, 0), value=False)  # (B, T, T + 1)
        arc_scores = views.scores.masked_fill(forbidden, float("-inf"))
        return ParserScores(arc_scores, views.dependents, views.governors)

    def score_deprels(self, scores: ParserScores, head_ids: Tensor) -> Tensor:
        """Return relation logits (B, T, R) for one governor per word, head_ids (B, T) in 0..T."""
        governors = scores.governors.gather(1, head_ids.unsqueeze(-1).expand(-1, -1, scores.governors.size(-1)))
        return self.scorer.deprels(scores.dependents, governors)

    def probabilities(self, scores: ParserScores) -> Tensor:
        """Return p(relation), (B, T, R), of each word under its likeliest governor."""
        return self.score_deprels(scores, scores.arc_scores.argmax(dim=-1)).softmax(dim=-1)

    def distill(self, scores: ParserScores, teacher: Parser, taught: ParserScores, mask: Tensor) -> Tensor:
        """Return the summed cross-entropies of arcs, and of relations under the teacher's likeliest governors."""
        forbidden = taught.arc_scores.isinf()
        arcs = scores.arc_scores.log_softmax(dim=-1).masked_fill(forbidden, 0.0)  # not 0 times minus infinity
        total = -held(taught.arc_scores.softmax(dim=-1) * arcs, mask).sum()
        head_ids = taught.arc_scores.argmax(dim=-1)
        wanted = teacher.score_deprels(taught, head_ids).softmax(dim=-1)
        deprels = self.score_deprels(scores, head_ids).log_softmax(dim=-1)
        return total - held(wanted * deprels, mask).sum()

    def signal(self, scores: ParserScores) -> tuple[Tensor, ...]:
        """Return the relations' probabilities and the expected governor of every word, (B, T, K)."""
        # Rows of padding may be all -inf but for the root's column, which is never forbidden: no row is empty.
        return self.probabilities(scores), scores.arc_scores.softmax(dim=-1) @ scores.governors

    def build_embedding(self, size: int) -> StructureEmbedding:
        """Build the embedding of relation and governor."""
        return StructureEmbedding(len(self.labels), self.scorer.governor_size, size)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return (B, T, 2): governor and relation indices, `IGNORED` at padding and for unseen relations."""
        encoded = torch.full((len(golds), width, 2), IGNORED)
        for row, gold in enumerate(golds):
            tree = cast(GoldTree, gold).tree
            encoded[row, : len(tree.head_ids), 0] = torch.tensor(tree.head_ids)
            encoded[row, : len(tree.deprels), 1] = torch.tensor([self.labels.index(name) for name in tree.deprels])
        return encoded

    def loss(self, scores: ParserScores, gold: Tensor, mask: Tensor) -> Tensor:
        """Return -sum of log p(head) + log p(relation | gold head) (J_3: eq. 8)."""
        head_ids, deprel_ids = gold.unbind(dim=-1)
        arcs = F.cross_entropy(
            scores.arc_scores.flatten(0, 1), head_ids.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        deprel_scores = self.score_deprels(scores, head_ids.clamp(min=0))
        return arcs + F.cross_entropy(
            deprel_scores.flatten(0, 1), deprel_ids.flatten(), ignore_index=IGNORED, reduction="sum"
        )

    def arrays(self, scores: ParserScores, mask: Tensor) -> ChosenArcs:
        """Return arc scores (B, T, T + 1), and what scores relations once heads are chosen."""
        return ChosenArcs(as_array(scores.arc_scores), self.scorer, scores, mask)
