"""A learned segmenter at work: a text, or a stream of its pieces, to sentences of tokens, in bounded memory.

A block of atoms is scored as soon as all that its last atom sees is there.  Blocks begin at fixed places of a
paragraph, and no atom sees beyond its paragraph: nothing depends on how a stream was cut, or on what else is in a text,
but the last bits of scores where several short texts are scored at once.
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
from jmt.segmentation.segmenter import Segmenter, SurfaceToken, words_of

_BLOCK = 1024
"""Atoms that are scored at once."""
_PIECE = 2**16
"""Code points of a text that are looked at at once."""


class LearnedSegmenter(Segmenter):
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
        return list(self.stream(_pieces_of(text)))

    def segment_each(self, texts: Sequence[str]) -> list[list[list[SurfaceToken]]]:
        """Return the sentences of each text, as `segment` does; many short texts are scored at once."""
        blocks_of = [list(self._blocks(_pieces_of(text))) for text in texts]
        labelled = self._labelled(block for blocks in blocks_of for block in blocks)
        found = []
        for blocks in blocks_of:
            assembly = Assembly()
            sentences = [sentence for block in blocks for sentence in assembly.add(block.own, next(labelled))]
            found.append([*sentences, *assembly.end()])
        return found

    def stream(self, pieces: Iterable[str]) -> Iterator[list[SurfaceToken]]:
        """Yield the sentences of a text that comes in pieces, each as soon as it is certain.

        Offsets count in the whole text.  Raises InputError where it holds half a surrogate pair.
        """
        assembly = Assembly()
        for block in self._blocks(pieces):
            for labels in self._labelled([block]):
                yield from assembly.add(block.own, labels)
        yield from assembly.end()

    def _blocks(self, pieces: Iterable[str]) -> Iterator[_Block]:
        """Yield the blocks of a text, each as soon as all is there that its atoms see."""
        paragraph = _Paragraph(self._convolutions.sight)
        for atoms in read_atoms(pieces):
            for first, last in _stretches(atoms):
                if atoms[first].spacing is Spacing.PARAGRAPH:
                    yield from paragraph.end()
                yield from paragraph.add(atoms[first:last])
        yield from paragraph.end()

    def _labelled(self, blocks: Iterable[_Block]) -> Iterator[list[tuple[int, str]]]:
        """Yield the labels of the own atoms of each block; as many blocks are scored at once as have `_BLOCK` atoms."""
        for group in _groups(blocks):
            scores = self._convolutions.scores([(block.forms, block.spacings) for block in group])
            own = np.concatenate([block.is_own for block in group])
            spacings = np.concatenate([block.spacings[:-1] for block in group])[own]
            scores = scores[own]
            borders = scores[:, : len(BORDERS)]
            borders[spacings > Spacing.SPACE, INSIDE] = -np.inf
            chosen = borders.argmax(axis=1)
            chosen[spacings == Spacing.PARAGRAPH] = SENTENCE
            chosen[[atom.stuck for block in group for atom in block.own]] = INSIDE
            expansions = map(self._expansions.__getitem__, scores[:, len(BORDERS) :].argmax(axis=1).tolist())
            labels = list(zip(chosen.tolist(), expansions, strict=True))
            ends = np.cumsum([len(block.own) for block in group]).tolist()
            yield from (labels[start:end] for start, end in pairwise([0, *ends]))


def _pieces_of(text: str) -> Iterator[str]:
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


def _groups(blocks: Iterable[_Block]) -> Iterator[list[_Block]]:
    """Gather blocks up to `_BLOCK` atoms of their own."""
    group: list[_Block] = []
    size = 0
    for block in blocks:
        group.append(block)
        size += len(block.own)
        if size >= _BLOCK:
            yield group
            group, size = [], 0
    if group:
        yield group


def _stretches(atoms: Sequence[Atom]) -> Iterator[tuple[int, int]]:
    """Yield where atoms of one paragraph begin and end."""
    starts = [place for place, atom in enumerate(atoms) if atom.spacing is Spacing.PARAGRAPH]
    edges = [0, *(place for place in starts if place), len(atoms)]
    return ((first, last) for first, last in pairwise(edges) if first < last)


class _Block:
    """Atoms to be labelled, those at `first` to `last`, and those around them that they see."""

    def __init__(self, seen: Sequence[Atom], first: int, last: int, behind: Spacing) -> None:
        self.own = seen[first:last]
        self.forms = [atom.form for atom in seen]
        self.spacings = np.array([*(atom.spacing for atom in seen), behind], dtype=np.intp)
        self.is_own = np.zeros(len(seen), dtype=np.bool_)
        self.is_own[first:last] = True


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
