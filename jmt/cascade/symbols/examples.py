"""The examples of one task: inputs beside gold, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jmt.cascade.symbols.values import Tree

Words = list[str]
"""One sentence, already split into words."""


@dataclass(frozen=True, slots=True)
class GoldTree:
    """A gold tree; `upos` (where the corpus has it) lets scores leave punctuation out."""

    tree: Tree
    upos: list[str] | None = None


Gold = list[str] | GoldTree | float | str
"""Labels of a tagger (IOB2 for spans), a tree, a score, or a class."""


@dataclass(frozen=True, slots=True)
class TaskExamples:
    """Every example of one split for one task; `inputs` are sentences, or pairs of them, in corpus order."""

    task: str
    kind: str
    inputs: Sequence[Words] | Sequence[tuple[Words, Words]]
    gold: Sequence[Gold]
    lines: Sequence[int] = field(default_factory=list)
    """1-based line of each example in its file, empty where the corpus has none."""

    def __len__(self) -> int:
        return len(self.gold)
