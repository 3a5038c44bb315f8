"""Dependency trees: who governs each word, and by which relation (section 2.4 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from jmt.data.examples import Gold, GoldTree
from jmt.data.labels import IGNORED, LabelSet
from jmt.data.values import Parsed, Tree
from jmt.decoding.spanning_tree import decode_trees
from jmt.heads.base import Head, HeadConfig, HeadSizes
from jmt.layers.dropout import Dropout
from jmt.layers.initialization import hidden_linear, softmax_linear

ROOT = "root"
"""The relation of the one word whose governor is the root."""


class ParserConfig(HeadConfig):
    """Keys of a task of kind `parser`."""

    kind: Literal["parser"] = "parser"
    column: Literal["deprel"] = "deprel"
    tree: Literal["mst", "eisner"] = "mst"
    """Tree search where the greedy heads are no single-root tree: non-projective, or projective as in the paper."""
    classifier_size: int = Field(default=400, ge=1)
    """Width of the ReLU layer before the softmax over relations."""


@dataclass(frozen=True, slots=True)
class ParserScores:
    """Scores of a batch of sentences; relations are scored later, for chosen arcs only."""

    arc_scores: Tensor
    """(B, T, T + 1): word t's governor is the root (column 0) or word j (column j); -inf for itself and padding."""
    candidates: Tensor
    """(B, T + 1, 2H): state of each possible governor, the root's vector first."""


class Parser(Head):
    """m(t, j) = h_t . (W_d h_j), softmax over j (eq. 3); relation by softmax(ReLU([h_t ; h_j])).

    The paper puts the root vector r at position L + 1; here it stands at 0, so that ids are CoNLL-U's head column.
    """

    gives_probabilities = False
    metric = "attachment"
    Config = ParserConfig

    def __init__(self, config: ParserConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.tree = config.tree
        self.dropout = Dropout(config.dropout)
        self.root = nn.Parameter(torch.zeros(sizes.hidden))  # r
        self.matcher = softmax_linear(sizes.hidden, sizes.hidden).weight  # W_d, zero at first, no bias
        self.classifier = nn.Sequential(
            hidden_linear(2 * sizes.hidden, config.classifier_size),
            nn.ReLU(),
            Dropout(config.dropout),
            softmax_linear(config.classifier_size, len(labels)),
        )

    @classmethod
    def build_labels(cls, config: ParserConfig, golds: Sequence[Gold]) -> LabelSet:
        """Collect the relations, subtypes included."""
        return LabelSet.from_examples([cast(GoldTree, gold).tree.deprels for gold in golds])

    def score(self, hidden: Tensor, mask: Tensor) -> ParserScores:
        """Return arc scores (eq. 3, before the softmax) from hidden (B, T, 2H) and mask (B, T)."""
        hidden = self.dropout(hidden)
        root = self.root.expand(len(hidden), 1, -1)
        candidates = torch.cat([root, hidden], dim=1)  # (B, T + 1, 2H)
        arc_scores = hidden @ (candidates @ self.matcher.T).transpose(1, 2)  # (B, T, T + 1)
        itself = torch.eye(hidden.size(1), dtype=torch.bool, device=hidden.device)
        forbidden = F.pad(itself | ~mask.unsqueeze(1), (1, 0), value=False)  # (B, T, T + 1)
        return ParserScores(arc_scores.masked_fill(forbidden, float("-inf")), candidates)

    def score_deprels(self, scores: ParserScores, head_ids: Tensor) -> Tensor:
        """Return relation logits (B, T, R) for one governor per word, head_ids (B, T) in 0..T."""
        candidates = scores.candidates
        governors = candidates.gather(1, head_ids.unsqueeze(-1).expand(-1, -1, candidates.size(-1)))
        logits: Tensor = self.classifier(torch.cat([candidates[:, 1:], governors], dim=-1))
        return logits

    def allowed_deprels(self, logits: Tensor, head_ids: Tensor) -> Tensor:
        """Keep the relation `root`, where the corpus has it, for the word under the root alone (as in UD)."""
        if ROOT not in self.labels:
            return logits
        is_root = F.one_hot(torch.tensor(self.labels.index(ROOT), device=logits.device), len(self.labels)).bool()
        return logits.masked_fill((head_ids == 0).unsqueeze(-1) != is_root, float("-inf"))

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

    def empty(self) -> Parsed:
        """Return the prediction for a sentence without words."""
        return Parsed(Tree([], []), [])

    def decode(self, scores: ParserScores, mask: Tensor, *, confidences: bool = False) -> list[Parsed]:
        """Return one single-root tree per sentence: greedy heads, a tree search only where they are no tree."""
        head_ids = decode_trees(scores.arc_scores, mask, tree=self.tree)
        deprel_ids = self.allowed_deprels(self.score_deprels(scores, head_ids), head_ids).argmax(dim=-1)
        chosen = None
        if confidences:
            chosen = scores.arc_scores.softmax(dim=-1).gather(-1, head_ids.unsqueeze(-1)).squeeze(-1).tolist()
        names, lengths = self.labels.labels, mask.sum(dim=1).tolist()
        results = []
        for row, (heads, deprels, length) in enumerate(
            zip(head_ids.tolist(), deprel_ids.tolist(), lengths, strict=True)
        ):
            tree = Tree(heads[:length], [names[index] for index in deprels[:length]])
            results.append(Parsed(tree, chosen[row][:length] if chosen else None))
        return results
