"""How probable a parser finds the tree of a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TreeScore:
    """The logarithm of the probability of a tree, word by word; minus infinity is what the parser rules out.

    A tree is as probable as all of its heads, each among all words and the root, times all of its relations, each among
    all relations of that head.  The words are judged one by one: the probabilities of all trees do not sum up to 1,
    since some choices of heads make no tree.
    """

    heads: list[float]
    """Natural logarithm of the probability of each word's head.  Of a calibrated model it is the tempered one, whose
    exponential is `token.confidences` of a predicted head."""
    deprels: list[float]
    """The same of each relation, given the head; relations are not calibrated."""

    @property
    def head_total(self) -> float:
        """The sum over the heads: the score of the tree without its labels."""
        return sum(self.heads)

    @property
    def total(self) -> float:
        """The sum over heads and relations: log p(tree)."""
        return sum(self.heads) + sum(self.deprels)
