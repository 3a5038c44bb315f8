"""The examples of one task: inputs beside gold, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jmt.cascade.symbols.edit_scripts import script_of
from jmt.cascade.symbols.features import canonical_features, values_of
from jmt.cascade.symbols.links import read_links
from jmt.cascade.symbols.values import Tree

Words = list[str]
"""One sentence, already split into words."""


@dataclass(frozen=True, slots=True)
class GoldTree:
    """A gold tree; `upos` (where the corpus has it) lets scores leave punctuation out."""

    tree: Tree
    upos: list[str] | None = None


@dataclass(frozen=True, slots=True)
class GoldLemmas:
    """Gold lemmas, with the words that they are the lemmas of."""

    words: Words
    labels: list[str]
    """A lemma per word."""

    @property
    def choices(self) -> list[str]:
        """What a model chooses among: the edit script of every word."""
        return [script_of(word, lemma) for word, lemma in zip(self.words, self.labels, strict=True)]


@dataclass(frozen=True, slots=True)
class GoldFeatures:
    """Gold morphological features."""

    labels: list[str]
    """The features of every word, as `jmt.cascade.symbols.features` writes them."""

    @property
    def choices(self) -> list[str]:
        """What a model chooses among: the single values, of all words together."""
        return [value for feats in self.labels for value in values_of(feats)]


@dataclass(frozen=True, slots=True)
class GoldLinks:
    """Gold links between the words of a sentence."""

    labels: list[str]
    """The links of every word, as `jmt.cascade.symbols.links` writes them."""

    @property
    def targets(self) -> list[list[int]]:
        """Of every word the places, counted from 0, of those that it is linked to."""
        return [read_links(label, len(self.labels)) for label in self.labels]

    @property
    def choices(self) -> list[str]:
        """What a model chooses among: whether any link leaves a word."""
        return ["some" if targets else "none" for targets in self.targets]


WORD_GOLD = ("lemmatizer", "morphology", "linker")
"""Kinds of task about single words whose gold is more than a list of labels."""


def word_gold(kind: str, words: Words, labels: Sequence[str]) -> GoldLemmas | GoldFeatures | GoldLinks:
    """Return the gold of one sentence for a kind among `WORD_GOLD` from the labels in a corpus, one per word.

    Raises:
        ValueError: not one label per word, or one that is no features or no links where these are asked for.
    """
    if not isinstance(labels, list) or len(labels) != len(words):
        count = len(labels) if isinstance(labels, list) else "no list of"
        raise ValueError(f"{count} labels for {len(words)} words")
    if kind == "linker":
        for label in labels:
            read_links(label, len(words))
        return GoldLinks(labels)
    return GoldLemmas(words, labels) if kind == "lemmatizer" else GoldFeatures([canonical_features(f) for f in labels])


Gold = list[str] | GoldLemmas | GoldFeatures | GoldLinks | GoldTree | float | str
"""Labels of a tagger (IOB2 for spans), lemmas, features, links, a tree, a score, or a class."""


def labels_of_words(gold: Gold) -> Gold:
    """Return what predictions are compared with: of lemmas, features and links the labels alone, of others itself."""
    return gold.labels if isinstance(gold, GoldLemmas | GoldFeatures | GoldLinks) else gold


@dataclass(frozen=True, slots=True)
class TaskExamples:
    """Every example of one split for one task; `inputs` are sentences, or pairs of them, in corpus order."""

    task: str
    kind: str
    inputs: Sequence[Words] | Sequence[tuple[Words, Words]]
    gold: Sequence[Gold]
    lines: Sequence[int] = field(default_factory=list)
    """1-based line of each example in its file, empty where the corpus has none."""
    parts: tuple[tuple[str, int], ...] = ()
    """The corpora that they are from, each with how many it has here, which follow one another; empty: not known."""

    def __len__(self) -> int:
        return len(self.gold)
