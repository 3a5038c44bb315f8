"""Label sequences from label scores: the best label of every word first, Viterbi only where that breaks the rules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jmt.cascade.decoding.probabilities import Floats
from jmt.cascade.decoding.rules import Flags, Rules

Ints = npt.NDArray[np.int64]


def pad(values: Floats, lengths: Ints) -> tuple[Floats, Flags]:
    """Return (B, T, L) of the words' (N, L), 0 at padding, and the mask (B, T), True = word."""
    mask = np.arange(lengths.max(initial=0)) < lengths[:, None]
    padded = np.zeros((*mask.shape, values.shape[-1]), dtype=values.dtype)
    padded[mask] = values
    return padded, mask


def best_allowed(scores: Floats, lengths: Ints, rules: Rules) -> Ints:
    """Choose labels so that the rules are kept, with the highest total score.

    `scores` (N, L) of the words of B sentences of `lengths` (B,); returns ids (N,).  Where each word's best label gives
    an allowed sequence this is the answer, since none scores higher.  Where no allowed sequence exists, the one with
    the fewest breaches is chosen.
    """
    ids: Ints = scores.argmax(-1)
    broken = breaks_rules(ids, lengths, rules)
    if broken.any():
        words = np.repeat(broken, lengths)
        emissions, mask = pad(scores[words].astype(np.float64), lengths[broken])
        penalty = (mask.shape[1] + 1) * (emissions.max() - emissions.min()) + 1.0
        ids[words] = viterbi(emissions, mask, *(-penalty * ~rule for rule in rules))[mask]
    return ids


def breaks_rules(ids: Ints, lengths: Ints, rules: Rules) -> Flags:
    """Tell for each sentence whether its labels break a rule: ids (N,) of B sentences of `lengths` (B,) to (B,)."""
    ends = np.cumsum(lengths)
    starts, sentences = ends - lengths, np.repeat(np.arange(len(lengths)), lengths)
    broken = np.zeros(len(lengths), dtype=np.bool_)
    bad = ~rules.allowed[ids[:-1], ids[1:]] & (sentences[:-1] == sentences[1:])
    broken[sentences[1:][bad]] = True
    some = lengths > 0
    broken[some] |= ~rules.start[ids[starts[some]]] | ~rules.end[ids[ends[some] - 1]]
    return broken


def viterbi(scores: Floats, mask: Flags, transitions: Floats, start: Floats, end: Floats) -> Ints:
    """Find the label sequence of highest total score, label scores and transition scores added up.

    `scores` (B, T, L); `mask` (B, T), padding last; `transitions` (L, L): from the label of the row to that of the
    column; `start`, `end` (L,).  Returns ids (B, T), 0 for padding.  The loop is over the positions of the batch.
    """
    rows, length = mask.shape
    found = np.zeros((rows, length), dtype=np.int64)
    if not found.size:
        return found
    words = np.ascontiguousarray(scores.transpose(1, 2, 0))  # (T, L, B): additions run over the sentences
    best = np.empty(words.shape, dtype=np.result_type(scores, transitions))
    best[0] = words[0] + start[:, None]
    for place in range(1, length):
        reached = (best[place - 1][:, None] + transitions[:, :, None]).max(axis=0) + words[place]
        best[place] = np.where(mask[:, place], reached, best[place - 1])
    found[:, -1] = (best[-1] + end[:, None]).argmax(0)
    for place in range(length - 1, 0, -1):  # where the chosen labels were reached from: of them alone
        back = (best[place - 1] + transitions[:, found[:, place]]).argmax(0)
        found[:, place - 1] = np.where(mask[:, place], back, found[:, place])
    found[~mask] = 0
    return found
