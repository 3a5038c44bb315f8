"""What a parser predicts: trees, then the relations of their arcs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from jmt.cascade.decoding.by_sentence import by_sentence
from jmt.cascade.decoding.probabilities import Floats, check_numbers, log_softmax, softmax
from jmt.cascade.decoding.sequences import Ints
from jmt.cascade.decoding.single_arguments import SingleArguments
from jmt.cascade.decoding.trees.choosing import decode_trees
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Parsed, Tree, TreeChances
from jmt.cascade.task_config import ParserConfig

ROOT = "root"
"""The relation of the one word whose governor is the root."""


class ArcScores(Protocol):
    """The scores of a parser; relations are scored once heads are chosen."""

    @property
    def arc_scores(self) -> Floats:
        """(B, T, T + 1): word t's governor is the root (column 0) or word j (column j); -inf: itself, and padding."""
        ...

    def deprel_logits(self, head_ids: Ints) -> Floats:
        """Return relation logits (N, R) of the N words for one governor each, head_ids (N,) in 0..T."""
        ...


class ParserDecoder:
    """One single-root tree per sentence: greedy heads, a tree search only where they are no tree."""

    def __init__(self, config: ParserConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self._names = np.array(labels.labels, dtype=object)
        self._root = labels.index(ROOT) if ROOT in labels else None
        self._tree = config.tree
        self._temperature = temperature
        self._arguments = SingleArguments(labels.labels) if config.arguments == "single" else None

    def decode(self, scores: ArcScores, lengths: Ints, *, confidences: bool = False) -> list[Parsed]:
        """Return a tree for each of B sentences of `lengths` (B,)."""
        arcs = check_numbers(scores.arc_scores)
        head_ids = decode_trees(arcs, lengths, tree=self._tree)
        deprel_ids = self.best_deprels(check_numbers(scores.deprel_logits(head_ids)), head_ids, lengths)
        sure: list[list[float]] | list[None] = [None] * len(lengths)
        if confidences:
            of_words = softmax(arcs[np.arange(arcs.shape[1]) < lengths[:, None]], self._temperature)
            sure = by_sentence(of_words[np.arange(len(head_ids)), head_ids].tolist(), lengths)
        heads = by_sentence(head_ids.tolist(), lengths)
        deprels = by_sentence(self._names[deprel_ids].tolist(), lengths)
        return [Parsed(Tree(*tree), confidence) for *tree, confidence in zip(heads, deprels, sure, strict=True)]

    def score_trees(self, scores: ArcScores, lengths: Ints, trees: Sequence[Tree]) -> list[TreeChances]:
        """Return how probable each word's governor and relation are, of one tree for each of B sentences (B,).

        log p(head) is under the softmax over all governors of a word, itself left out, at the task's temperature: its
        exponential is the confidence of a predicted head.  log p(relation | head) is under the softmax over all
        relations, as in training (eq. 8), at no temperature.  A relation that the parser does not know cannot be.
        """
        words = np.arange(int(lengths.sum()))
        head_ids = np.array([head for tree in trees for head in tree.head_ids], dtype=np.int64)
        of_words = check_numbers(scores.arc_scores)[np.arange(scores.arc_scores.shape[1]) < lengths[:, None]]
        heads = log_softmax(of_words.astype(np.float64) / self._temperature)[words, head_ids]
        known = {name: place for place, name in enumerate(self._names.tolist())}
        deprel_ids = np.array([known.get(name, -1) for tree in trees for name in tree.deprels], dtype=np.int64)
        deprels = log_softmax(check_numbers(scores.deprel_logits(head_ids)).astype(np.float64))[words, deprel_ids]
        deprels[deprel_ids < 0] = -np.inf
        both = (by_sentence(chances.tolist(), lengths) for chances in (heads, deprels))
        return [TreeChances(*chances) for chances in zip(*both, strict=True)]

    def best_deprels(self, logits: Floats, head_ids: Ints, lengths: Ints) -> Ints:
        """Return the best relations allowed, (N,), from logits (N, R) of words under the governors head_ids (N,).

        `lengths` (B,) are those of the sentences.  The relation `root`, where the corpus has it, is kept for the word
        under the root alone (as in UD); where `arguments` is `single`, no governor gets two subjects or objects.
        """
        allowed = logits
        if self._root is not None:
            allowed = logits.copy()
            allowed[head_ids == 0] = -np.inf
            allowed[:, self._root] = np.where(head_ids == 0, 0.0, -np.inf)
        best: Ints = allowed.argmax(-1)
        if self._arguments is None:
            return best
        # The root of each sentence, and then its words: no governor of another one has the same number.
        starts = np.cumsum(lengths) - lengths + np.arange(len(lengths))
        return self._arguments.settle(best, allowed, np.repeat(starts, lengths) + head_ids)
