"""The best projective tree with a single root."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jmt.cascade.decoding.scores import finite_arc_scores

LONGEST_FOR_EISNER = 1000
"""Words above which the cubic search is not worth its time and memory."""


class _Table:
    """Best scores of spans, by first word and by last word, so that every sum over split points is a plain slice.

    `by_first[i, k]` and `by_last[i + k, k]` are the span of k + 1 words from i to i + k; `split` where it was cut.
    """

    def __init__(self, words: int) -> None:
        self.by_first = np.zeros((words, words))
        self.by_last = np.zeros((words, words))
        self.split = np.zeros((words, words), dtype=np.int32)

    def fill(self, width: int, scores: npt.NDArray[np.float64], split: npt.NDArray[np.int64]) -> None:
        """Store all spans of one width."""
        self.by_first[: len(scores), width] = scores
        self.by_last[width:, width] = scores
        self.split[: len(scores), width] = split


def eisner(scores: npt.NDArray[np.floating]) -> list[int]:
    """Find the projective tree of highest total score among those with a single root.

    `scores` (n, n+1): row t is the word at position t + 1, column 0 the root.  Returns n heads, 0 = root.  Arcs that
    are -inf or NaN are taken only where no such tree does without them.  O(n^3) time, vectorised over the
    spans of one width and their split points; O(n^2) memory.  Source: Eisner (1996, 2000), first order.
    """
    words = len(scores)
    if words == 0:
        return []
    weights, _ = finite_arc_scores(scores)
    arcs = weights[:, 1:]  # [word, its head], both 0-based
    spans = _best_spans(arcs)
    first = np.arange(words)
    # The root takes one word: all words before it hang from it on the left, all after it on the right.
    root = int(
        (weights[:, 0] + spans.left.by_last[first, first] + spans.right.by_first[first, words - 1 - first]).argmax()
    )
    return _follow_splits(spans, root)


class _Spans(NamedTuple):
    """Complete spans have all dependents of their head on one side; incomplete ones are an arc between their ends."""

    right: _Table
    left: _Table
    right_arc: _Table
    left_arc: _Table


def _best_spans(arcs: npt.NDArray[np.float64]) -> _Spans:
    """Find the best span of every kind, place and width; `arcs` (n, n): [word, its head]."""
    words = len(arcs)
    right, left, right_arc, left_arc = _Table(words), _Table(words), _Table(words), _Table(words)
    first = np.arange(words)
    for width in range(1, words):
        start = first[: words - width]
        last = start + width
        halves = right.by_first[start, :width] + left.by_last[last, width - 1 :: -1][:, :width]
        split = halves.argmax(1)
        joined = halves[start, split]
        right_arc.fill(width, joined + arcs[last, start], split)
        left_arc.fill(width, joined + arcs[start, last], split)
        halves = right_arc.by_first[start, 1 : width + 1] + right.by_last[last, width - 1 :: -1][:, :width]
        split = halves.argmax(1)
        right.fill(width, halves[start, split], split + 1)
        halves = left.by_first[start, :width] + left_arc.by_last[last, width:0:-1]
        split = halves.argmax(1)
        left.fill(width, halves[start, split], split)
    return _Spans(right, left, right_arc, left_arc)


def _follow_splits(spans: _Spans, root: int) -> list[int]:
    """Read the head of every word from where the best spans were cut, beginning with the word under the root."""
    right, left, right_arc, left_arc = spans
    words = len(right.split)
    heads = [0] * words
    todo = [("left", 0, root), ("right", root, words - 1 - root)]
    while todo:
        kind, start_word, width = todo.pop()
        if width == 0:
            continue
        last_word = start_word + width
        if kind == "right":
            cut = int(right.split[start_word, width])
            todo += [("right_arc", start_word, cut), ("right", start_word + cut, width - cut)]
        elif kind == "left":
            cut = int(left.split[start_word, width])
            todo += [("left", start_word, cut), ("left_arc", start_word + cut, width - cut)]
        else:
            if kind == "right_arc":
                heads[last_word] = start_word + 1
                cut = int(right_arc.split[start_word, width])
            else:
                heads[start_word] = last_word + 1
                cut = int(left_arc.split[start_word, width])
            todo += [("right", start_word, cut), ("left", start_word + cut + 1, width - cut - 1)]
    return heads
