"""A linear-chain conditional random field that is trained: its best sequences and its marginals, on arrays.

`jmt.network.layers.crf` has the same with gradients, and says how the sums are kept in range.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jmt.cascade.decoding.probabilities import Floats, softmax
from jmt.cascade.decoding.rules import Rules
from jmt.cascade.decoding.sequences import Ints, pad, viterbi

FORBIDDEN = -1e4
"""Score of what the label code does not allow: finite, so that no difference of two of them is undefined."""

LEAST = 1e-300
"""What is below it counts as it where a logarithm is taken."""


class CrfScores(NamedTuple):
    """Logits of words, and what a CRF adds for the labels beside each other."""

    logits: Floats
    """(N, L)"""
    transitions: Floats
    """(L, L) from the label of the row to that of the column; what is forbidden at `FORBIDDEN`, as below."""
    start: Floats
    """(L,)"""
    end: Floats
    """(L,)"""


def forbid(rules: Rules, transitions: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the scores of transitions, starts and ends with `FORBIDDEN` where a rule says so."""
    weights = zip((transitions, start, end), rules, strict=True)
    first, second, third = (np.where(rule, weight, np.float32(FORBIDDEN)) for weight, rule in weights)
    return first, second, third


def best_sequences(scores: CrfScores, lengths: Ints) -> Ints:
    """Return the labels (N,) of the most probable sequence of each of B sentences of `lengths` (B,)."""
    emissions, mask = pad(scores.logits, lengths)
    return viterbi(emissions, mask, *scores[1:])[mask]


def marginals(scores: CrfScores, lengths: Ints, temperature: float = 1.0) -> Floats:
    """Return p(y_t = j), (N, L), by a forward and a backward pass over the positions of the batch (Rabiner 1989).

    All scores of sequences are divided by the temperature, as in `softmax`.

    Sums over all beginnings before each word, and over all continuations after it.  Seen from its own end, each is the
    same step from word to word, so that one loop takes both.
    """
    logits, transitions, start, end = (part.astype(np.float64) / temperature for part in scores)
    words, mask = pad(logits, lengths)
    step = np.maximum(np.exp(transitions), LEAST)
    steps = np.stack([step, step.T])
    turned = np.stack([words, words[:, ::-1]])  # (2, B, T, L)
    goes_on = np.stack([np.roll(mask, -1, axis=1), mask[:, ::-1]])[..., None]  # (2, B, T, 1)
    sums = np.empty_like(turned)
    sums[:, :, :1] = np.stack([start, end])[:, None, None]
    for place in range(words.shape[1] - 1):
        reached = np.log(softmax(sums[:, :, place] + turned[:, :, place]) @ steps)
        sums[:, :, place + 1] = np.where(goes_on[:, :, place], reached, sums[:, :, place])
    ahead, behind = sums[0], sums[1][:, ::-1]
    return softmax((ahead + words + behind)[mask]).astype(scores.logits.dtype)
