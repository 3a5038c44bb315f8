"""A learned segmenter at work: a text, or a stream of its pieces, to sentences of tokens, in bounded memory.

A block of atoms is scored as soon as all that its last atom sees is there.  Blocks begin at fixed places of a
paragraph, and no atom sees beyond its paragraph, so that no bit depends on how a stream was cut, or on what else is in
a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from jmt.segmentation.assembly import Assembly
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.convolutions import Convolutions
from jmt.segmentation.labels import BORDERS, INSIDE, SENTENCE
from jmt.segmentation.reading import Atom, read_atoms
from jmt.segmentation.segmenter import SurfaceToken, words_of

_BLOCK = 1024
"""Atoms that are scored at once."""
_PIECE = 2**16
"""Code points of a text that are looked at at once."""


class LearnedSegmenter:
    """Splits raw text into sentences, tokens and words as it was trained to; safe to share between threads."""

    def __init__(
        self,
        weights: Mapping[str, npt.NDArray[Any]],
        *,
        dilations: Sequence[int],
        expansions: Sequence[str],
        revision: str,
    ) -> None:
        """Take trained weights, by the names that `Convolutions` lists; `expansions` as the scores are ordered.

        `revision` tells one training from another.
        """
        self._convolutions = Convolutions(weights, dilations)
        self._expansions = tuple(expansions)
        self._revision = revision

    @property
    def name_and_version(self) -> str:
        """What the tokens depend on, for the key of a cache."""
        return f"learned-{self._revision}"

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence."""
        return [word for sentence in self.segment(text) for word in words_of(sentence)]

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        """Return the sentences of a text; raises InputError where it holds half a surrogate pair."""
        return list(self.stream(text[start : start + _PIECE] for start in range(0, len(text), _PIECE)))

    def stream(self, pieces: Iterable[str]) -> Iterator[list[SurfaceToken]]:
        """Yield the sentences of a text that comes in pieces, each as soon as it is certain.

        Offsets count in the whole text.  Raises InputError where it holds half a surrogate pair.
        """
        paragraph, assembly = _Paragraph(self._convolutions.sight), Assembly()
        for atoms in read_atoms(pieces):
            for first, last in _stretches(atoms):
                if atoms[first].spacing is Spacing.PARAGRAPH:
                    for block in paragraph.end():
                        yield from self._label(block, assembly)
                for block in paragraph.add(atoms[first:last]):
                    yield from self._label(block, assembly)
        for block in paragraph.end():
            yield from self._label(block, assembly)
        yield from assembly.end()

    def _label(self, block: _Block, assembly: Assembly) -> Iterator[list[SurfaceToken]]:
        """Yield the sentences that end in a block."""
        spacings = np.array([*(atom.spacing for atom in block.seen), block.behind], dtype=np.intp)
        scores = self._convolutions.scores([atom.form for atom in block.seen], spacings)[block.first : block.last]
        own = block.seen[block.first : block.last]
        spacings = spacings[block.first : block.last]
        borders = scores[:, : len(BORDERS)]
        borders[spacings > Spacing.SPACE, INSIDE] = -np.inf
        chosen = borders.argmax(axis=1)
        chosen[spacings == Spacing.PARAGRAPH] = SENTENCE
        chosen[[place for place, atom in enumerate(own) if atom.stuck]] = INSIDE
        expansions = map(self._expansions.__getitem__, scores[:, len(BORDERS) :].argmax(axis=1).tolist())
        return assembly.add(own, zip(chosen.tolist(), expansions, strict=True))


def _stretches(atoms: Sequence[Atom]) -> Iterator[tuple[int, int]]:
    """Yield where atoms of one paragraph begin and end."""
    starts = [place for place, atom in enumerate(atoms) if atom.spacing is Spacing.PARAGRAPH]
    edges = [0, *(place for place in starts if place), len(atoms)]
    return ((first, last) for first, last in pairwise(edges) if first < last)


class _Block:
    """Atoms to be labelled, and those around them that they see."""

    def __init__(self, seen: Sequence[Atom], first: int, last: int, behind: Spacing) -> None:
        self.seen, self.first, self.last, self.behind = seen, first, last, behind


class _Paragraph:
    """The atoms of a paragraph that are not labelled yet, and those before them that they see."""

    def __init__(self, sight: int) -> None:
        self._sight = sight
        self._atoms: list[Atom] = []
        self._labelled = 0
        """How many of the atoms are labelled: the first ones."""

    def add(self, atoms: Sequence[Atom]) -> Iterator[_Block]:
        """Yield the blocks that can be labelled now."""
        self._atoms += atoms
        while len(self._atoms) > self._labelled + _BLOCK + self._sight:
            last = self._labelled + _BLOCK
            behind = self._atoms[last + self._sight].spacing
            yield _Block(self._atoms[: last + self._sight], self._labelled, last, behind)
            begin = max(0, last - self._sight)
            self._atoms, self._labelled = self._atoms[begin:], last - begin

    def end(self) -> Iterator[_Block]:
        """Yield the last block, and begin a new paragraph."""
        if self._labelled < len(self._atoms):
            yield _Block(self._atoms, self._labelled, len(self._atoms), Spacing.PARAGRAPH)
        self._atoms, self._labelled = [], 0
