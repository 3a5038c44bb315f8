"""Keys of `[encoder]`: words, which both bodies read, and what each body has besides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator

from jmt.cascade.keys import Keys
from jmt.cascade.symbols.ngrams import Unit

LONGEST_NGRAM, MOST_LENGTHS = 80, 16
_MOST_CORPORA, _LONGEST_NAME = 100, 200

Rate = Annotated[float, Field(ge=0.0, lt=1.0)]


class WordsConfig(Keys):
    """What is read of a word: its own vector and its characters, and how label embeddings join them."""

    kind: str
    """Kind of encoder: `bilstm` or `transformer`."""
    word_size: int = Field(default=100, ge=1)
    """Size of word vectors."""
    ngram_size: int = Field(default=100, ge=1)
    """Size of the vectors of n-grams."""
    ngrams: tuple[Annotated[int, Field(ge=1, le=LONGEST_NGRAM)], ...] = Field(
        default=(2, 3, 4), max_length=MOST_LENGTHS
    )
    """Lengths of the n-grams; empty: words only."""
    ngrams_of: Unit = "characters"
    """What n-grams are n of: `characters` of a word, or `words` of a token that is a whole clause, so that a clause is
    the mean of the vectors of its words, and a document a sentence of clauses."""
    word_minimum: int = Field(default=1, ge=1)
    """Number of occurrences in training below which a word is unknown."""
    ngram_minimum: int = Field(default=1, ge=1)
    """Number of distinct training words below which an n-gram is unknown."""
    label_size: int = Field(default=100, ge=1)
    """Size of label embeddings."""
    word_dropout: float = Field(default=0.25, ge=0.0)
    """Strength alpha of word dropout: a training word seen `count` times is read as unknown with chance alpha / (count
    + alpha)."""
    shortcut: bool = True
    """Whether levels above the first see the words, too."""
    input_dropout: Rate = 0.4
    """Dropout rate of words and label embeddings, for levels whose tasks do not say."""
    corpus_vectors: tuple[str, ...] = Field(default=(), max_length=_MOST_CORPORA)
    """Corpora whose sentences are told apart by a vector of their own, which is added to each of their words; other
    sentences, those of users among them, have none. For corpora of one task that differ in how they label."""

    @field_validator("corpus_vectors")
    @classmethod
    def _are_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            raise ValueError("a corpus is named twice")
        if odd := [name for name in names if not (0 < len(name) <= _LONGEST_NAME and name.isprintable())]:
            raise ValueError(f"{odd[0][:50]!a} is no name of a corpus")
        return names

    def corpus_numbers(self, corpora: Iterable[str]) -> list[int]:
        """Return the number of each corpus among those that have a vector, 1 = first; 0 of all others."""
        numbers = {name: number for number, name in enumerate(self.corpus_vectors, start=1)}
        return [numbers.get(name, 0) for name in corpora]


class BiLSTMConfig(WordsConfig):
    """Keys of `[encoder]` with kind `bilstm`: one bi-LSTM per level."""

    kind: Literal["bilstm"] = "bilstm"
    hidden_size: int = Field(default=100, ge=1)
    """Size H of hidden states, per direction."""
    vertical: bool = True
    """Whether a level sees the hidden states of the level below."""
    vertical_dropout: Rate = 0.2
    """Dropout rate of the hidden states of the level below."""


class TransformerConfig(WordsConfig):
    """Keys of `[encoder]` with kind `transformer`: one pretrained encoder, which every level taps at a layer."""

    kind: Literal["transformer"] = "transformer"
    pretrained: str
    """Folder or hub id of the encoder to start from; a checkpoint holds the encoder itself."""
    taps: tuple[int, ...] = ()
    """Layer that each level reads, lowest level first, 0 = the embeddings; empty: spread evenly up to the top."""
    mix: bool = True
    """Whether a level reads a learned mix of all layers up to its tap, instead of its tap alone."""
    pairs: Literal["separate", "together"] = "separate"
    """How the levels of pair tasks read two sentences: each by itself, or both in one sequence, from the bottom."""
    window: int = Field(default=0, ge=0)
    """Largest number of word pieces in one pass, special ones included; 0: as many as the encoder takes, up to 1024."""
    overlap: int = Field(default=64, ge=0)
    """Number of word pieces of context that neighbouring windows of a long sentence share on each side."""
    checkpointing: bool = False
    """Whether layers are computed again for the gradient instead of being kept: less memory, a third more time."""
    tap_dropout: Rate = 0.1
    """Dropout rate of what a level reads from the encoder."""


class LevelSharing(Keys):
    """Keys of `[sharing.levelN]` that are about the network: how the tasks at and above a level share its bi-LSTM."""

    kind: Literal["soft", "branches", "cross_stitch", "experts"] = "soft"
    """How the tasks share the level. `soft`: one bi-LSTM per task, kept alike by `reg` or not at all. `branches`: one
    per group of tasks, likewise. `cross_stitch`: one per task, mixed by learned numbers. `experts`: several for all
    tasks, mixed by a gate per task, which looks at every token.  In a configuration `hard`, the default of every
    level, is one bi-LSTM for all tasks."""
    groups: tuple[tuple[str, ...], ...] = ()
    """`branches` only. Lists of tasks that share a bi-LSTM; a task in no list has one of its own."""
    experts: int = Field(default=4, ge=2)
    """`experts` only. Number of bi-LSTMs."""
    same: float = Field(default=0.9, gt=0.0, le=1.0)
    """`cross_stitch` only. Share of its own hidden states that a column reads at first."""
    per_channel: bool = False
    """`cross_stitch` only. Whether every channel is mixed by numbers of its own."""

    def copy_of(self, task: str) -> str:
        """Return the name of the bi-LSTM that a task reads: its own, or that of the first task of its group."""
        return next((group[0] for group in self.groups if task in group), task)


@dataclass(frozen=True, slots=True)
class LevelInputs:
    """What one level of the cascade reads besides the level below."""

    labels: bool
    """Whether label embeddings of lower token tasks enter."""
    dropout: float
    """Of words and label embeddings where they enter."""
    pairs: bool
    """Whether it serves pair tasks alone, so that two sentences may be read together."""
