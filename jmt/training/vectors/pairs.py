"""The pairs of a target and a context word that skip-gram learns from."""

from __future__ import annotations

import numpy as np

END = 0
UNCOUNTED = -1


def keep_chances(counts: np.ndarray, threshold: float) -> np.ndarray:
    """Return the chance of every symbol to be kept: sqrt(t / f), at most 1 (Mikolov et al. 2013, section 2.3).

    f is a symbol's share of all occurrences; a threshold of 0 keeps everything.
    """
    if not threshold:
        return np.ones(len(counts))
    share = counts / max(counts.sum(), 1)
    chances: np.ndarray = np.minimum(1.0, np.sqrt(threshold / np.maximum(share, 1e-12)))
    return chances


def context_pairs(
    text: np.ndarray, chances: np.ndarray, window: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and contexts, (number of pairs,) each, in random order.

    `text` holds symbols counted from 1, END (0) between sentences and UNCOUNTED (-1) for words that are too rare.
    As in word2vec, words that are too rare or sampled away are taken out first, so that a window reaches over
    them; every target draws its own reach from 1 to `window`.
    """
    ends = text == END
    sentences = np.cumsum(ends)
    kept = (text > 0) & (generator.random(len(text)) < chances[np.maximum(text, 1) - 1])
    symbols, sentences = text[kept] - 1, sentences[kept]
    reach = generator.integers(1, window + 1, len(symbols))
    targets, contexts = [], []
    for distance in range(1, window + 1):
        same = sentences[distance:] == sentences[:-distance]
        left, right = np.flatnonzero(same), np.flatnonzero(same) + distance
        for target, context in ((left, right), (right, left)):
            within = reach[target] >= distance
            targets.append(symbols[target[within]])
            contexts.append(symbols[context[within]])
    order = generator.permutation(sum(map(len, targets)))
    return np.concatenate(targets)[order], np.concatenate(contexts)[order]
