"""Paragraphs cut into stretches of atoms, which a segmenter learns from in batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.labels import INSIDE, NOT_SAID, SENTENCE, read_label
from jmt.segmentation.stretches import WHITE, parted
from jmt.training.seeds import derive_seed

_LENGTH = 160
"""Atoms of a stretch that are learned from; those around them that they see come on top."""
_LINES, _WRAPPED = 0.12, 0.08
"""Share of stretches that are laid out with a line for every sentence, and of those that are wrapped anywhere."""
_LINE = 12
"""Atoms of a wrapped line, about."""


def stretches_of(paragraphs: TaskExamples, sight: int, seed: int) -> TaskExamples:
    """Cut the paragraphs of a treebank so that every atom sees all that it would see in the whole.

    Treebanks have no line ends inside of paragraphs and users do: some stretches are laid out in lines, by chance that
    follows from the seed.
    """
    inputs: list[Words] = []
    gold: list[list[str]] = []
    ends: list[int] = []
    draw = random.Random(derive_seed(seed, "stretches", paragraphs.task))
    for items, labels in zip(paragraphs.inputs, paragraphs.gold, strict=True):
        for row, said in _cut(items, labels, sight + 1):  # type: ignore[arg-type]
            chance = draw.random()
            if chance < _LINES:
                row = _in_lines(row, said)
            elif chance < _LINES + _WRAPPED:
                row = _wrapped(row, said, draw)
            inputs.append(row)
            gold.append(said)
        ends.append(len(inputs))
    return TaskExamples(paragraphs.task, paragraphs.kind, inputs, gold, parts=_parts(paragraphs, [0, *ends]))


def _parts(paragraphs: TaskExamples, ends: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Return how many stretches each treebank has, by how many there are after each paragraph."""
    edges = list(accumulate((count for _, count in paragraphs.parts), initial=0))
    return tuple(
        (name, ends[last] - ends[first])
        for (name, _), (first, last) in zip(paragraphs.parts, pairwise(edges), strict=True)
    )


def _cut(items: Words, labels: Sequence[str], margin: int) -> Iterator[tuple[Words, list[str]]]:
    """Yield stretches with a margin to both sides, of which nothing is said."""
    for start in range(0, len(items), _LENGTH):
        stop = min(start + _LENGTH, len(items))
        first, last = max(0, start - margin), min(len(items), stop + margin)
        said = [NOT_SAID] * (start - first) + list(labels[start:stop]) + [NOT_SAID] * (last - stop)
        yield list(items[first:last]), said


def _in_lines(row: Words, labels: Sequence[str]) -> Words:
    """Set a line end before every sentence that has a space before it."""
    return [
        _at_line_end(item) if label != NOT_SAID and read_label(label).border == SENTENCE else item
        for item, label in zip(row, labels, strict=True)
    ]


def _wrapped(row: Words, labels: Sequence[str], draw: random.Random) -> Words:
    """Set line ends in place of spaces, about as far apart as in wrapped text; none inside of a token (`1 000`)."""
    wrapped, room = [], draw.randrange(1, _LINE)
    for item, label in zip(row, labels, strict=True):
        room -= 1
        inside = label != NOT_SAID and read_label(label).border == INSIDE
        if room <= 0 and not inside and parted(item)[0] is Spacing.SPACE:
            item, room = _at_line_end(item), _LINE + draw.randrange(-2, 3)
        wrapped.append(item)
    return wrapped


def _at_line_end(item: str) -> str:
    spacing, form = parted(item)
    return WHITE[Spacing.LINE_END] + form if spacing is Spacing.SPACE else item
