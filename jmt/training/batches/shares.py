"""Corpora in the shares that a task wants of them: which examples an epoch has, a function of seed and epoch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from jmt.training.seeds import derive_seed


def draw_by_shares(counts: Sequence[int], shares: Sequence[float], epoch: int, seed: int) -> list[int]:
    """Return the indices of as many examples as there are in all, so that each corpus has its share of them.

    `counts` are the examples of each corpus, which follow one another; `epoch` counts from 1.  Every corpus is an
    endless row of shuffled rounds, from which each epoch takes what comes next: all its examples come equally often.
    """
    edges = [round(sum(counts) * part / sum(shares)) for part in accumulate(shares, initial=0.0)]
    drawn: list[int] = []
    first = 0
    for number, (count, (low, high)) in enumerate(zip(counts, pairwise(edges), strict=True)):
        drawn += [first + place for place in draw_in_rounds(count, high - low, epoch, seed, number)]
        first += count
    return drawn


def draw_in_rounds(count: int, wanted: int, epoch: int, seed: int, number: int = 0) -> list[int]:
    """Return the `wanted` places below `count` of an epoch: what comes next in an endless row of shuffled rounds.

    `number` tells rows of the same seed apart.
    """
    places = range((epoch - 1) * wanted, epoch * wanted)
    rounds = {place // count for place in (places[0], places[-1])} if wanted else set()
    order = {
        round_: np.random.default_rng(derive_seed(seed, "round", number, round_)).permutation(count).tolist()
        for round_ in range(min(rounds, default=0), max(rounds, default=-1) + 1)
    }
    return [order[place // count][place % count] for place in places]
