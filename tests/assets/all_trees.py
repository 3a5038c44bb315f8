"""Every dependency tree over a few words, what it scores, and random scores for it."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np


def reaches_root(head_ids: tuple[int, ...], word: int) -> bool:
    """Follow heads one by one."""
    for _ in head_ids:
        word = head_ids[word - 1]
        if word == 0:
            return True
    return False


def is_projective(head_ids: tuple[int, ...]) -> bool:
    """No two arcs cross, the root standing before the first word (one root: its arc crosses what spans the root)."""
    arcs = [tuple(sorted((word, head))) for word, head in enumerate(head_ids, start=1)]
    return not any(a < c < b < d for (a, b), (c, d) in itertools.permutations(arcs, 2))


@cache
def all_trees(words: int, projective: bool = False) -> list[tuple[int, ...]]:
    """Every single-root tree over so many words, found by trying all head assignments."""
    choices = [[head for head in range(words + 1) if head != word] for word in range(1, words + 1)]
    return [
        heads
        for heads in itertools.product(*choices)
        if heads.count(0) == 1
        and all(reaches_root(heads, word) for word in range(1, words + 1))
        and (not projective or is_projective(heads))
    ]


def total(scores: np.ndarray, head_ids: tuple[int, ...] | list[int]) -> float:
    return sum(float(scores[word, head]) for word, head in enumerate(head_ids))


def random_scores(rng: np.random.Generator, words: int) -> np.ndarray:
    """Gaussian scores, or small integers, which tie."""
    if rng.random() < 0.5:
        return rng.normal(scale=3, size=(words, words + 1))
    return rng.integers(-2, 3, size=(words, words + 1)).astype(float)
