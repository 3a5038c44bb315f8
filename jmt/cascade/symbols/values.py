"""What the heads predict, as plain values that know no tensors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tree:
    """A dependency tree: for every word its governor's 1-based position (0 = root) and the relation to it."""

    head_ids: list[int]
    deprels: list[str]


@dataclass(frozen=True, slots=True)
class Tagged:
    """One label per word, with the probability of each where it was asked for."""

    labels: list[str]
    confidences: list[float] | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best labels of every word, the best first, with their probabilities: for `Kind.finish` to choose from."""

    labels: list[list[str]]
    probabilities: list[list[float]]
    confidences: bool = False
    """Whether the probability of what is chosen is asked for."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, with the probability of each word's head where it was asked for."""

    tree: Tree
    confidences: list[float] | None = None


@dataclass(frozen=True, slots=True)
class TreeChances:
    """How probable a parser finds a tree: natural logarithms, word by word; minus infinity is what cannot be."""

    heads: list[float]
    """Of each word's governor among all that it could have."""
    deprels: list[float]
    """Of each relation, given the governor."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A score of a sentence or a pair in the range of the corpus, with the distribution over its whole numbers."""

    score: float
    distribution: list[float]
    """Probability of each, the lowest first."""


def mean_grade(first: Grade, second: Grade) -> Grade:
    """Return the mean of two grades of one pair, and of what they are sure of."""
    distribution = [(one + other) / 2 for one, other in zip(first.distribution, second.distribution, strict=True)]
    return Grade((first.score + second.score) / 2, distribution)


@dataclass(frozen=True, slots=True)
class Choice:
    """One class out of several, with the probability of each."""

    label: str
    probabilities: dict[str, float]


Prediction = Tagged | Parsed | Grade | Choice
