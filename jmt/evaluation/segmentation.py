"""How well a segmenter finds the tokens, words and sentences of a treebank's raw text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from jmt.cascade.symbols.examples import TaskExamples
from jmt.segmentation import Segmenter, SurfaceToken
from jmt.segmentation.assembly import Assembly
from jmt.segmentation.labels import read_label
from jmt.segmentation.reading import read_atoms

_Spans = Counter[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class SegmentationScores:
    """How well raw text is split."""

    scores: dict[str, float]
    """Of all texts together."""
    corpora: dict[str, dict[str, float]]
    """The same of each treebank, where there are several."""


def score_segmentation(segmenter: Segmenter, examples: TaskExamples) -> SegmentationScores:
    """Return F1 in [0, 1] of `tokens`, `words` and `sentences`, their mean `f1`, and how many words there are.

    A word of a multiword token counts where the token is found, in its place among the token's words, case aside; the
    scorer of CoNLL 2018 (`jmt evaluate --tokens own`) forgives a little more inside of such tokens.
    """
    counted = [_count(segmenter, text, labels) for text, labels in _texts(examples)]
    edges = pairwise(accumulate((count for _, count in examples.parts), initial=0))
    corpora = {name: _scores(counted[first:end]) for (name, _), (first, end) in zip(examples.parts, edges, strict=True)}
    return SegmentationScores(_scores(counted), corpora if len(corpora) > 1 else {})


def _texts(examples: TaskExamples) -> Iterator[tuple[str, Sequence[str]]]:
    for items, labels in zip(examples.inputs, examples.gold, strict=True):
        yield "".join(items), labels  # type: ignore[arg-type,misc]


def _count(segmenter: Segmenter, text: str, labels: Sequence[str]) -> list[tuple[int, int, int]]:
    """Count in one text the gold ones, our own and the right ones, of tokens, words and sentences."""
    both = zip(_spans(_gold_sentences(text, labels)), _spans(segmenter.segment(text)), strict=True)
    return [(gold.total(), own.total(), (gold & own).total()) for gold, own in both]


def _scores(counted: Sequence[Sequence[tuple[int, int, int]]]) -> dict[str, float]:
    """Turn the counts of texts into scores of all of them together."""
    sums = np.array(counted, dtype=np.int64).reshape(-1, 3, 3).sum(0).tolist()
    found = [2 * right / (gold + own) if gold + own else 0.0 for gold, own, right in sums]
    scores = dict(zip(("tokens", "words", "sentences"), found, strict=True))
    return {"f1": sum(found) / len(found), **scores, "count": sums[1][0]}


def _gold_sentences(text: str, labels: Sequence[str]) -> list[list[SurfaceToken]]:
    atoms = [atom for part in read_atoms([text]) for atom in part]
    assembly = Assembly()
    return [*assembly.add(atoms, map(read_label, labels)), *assembly.end()]


def _spans(sentences: Iterable[Sequence[SurfaceToken]]) -> Iterator[_Spans]:
    """Yield what is counted of the tokens, words and sentences of a text."""
    listed = list(sentences)
    tokens = [token for sentence in listed for token in sentence]
    yield Counter((token.start, token.end) for token in tokens)
    yield Counter(
        (token.start, token.end, place, word.lower() if token.words else "")
        for token in tokens
        for place, word in enumerate(token.words or (token.text,))
    )
    yield Counter((sentence[0].start, sentence[-1].end) for sentence in listed)
