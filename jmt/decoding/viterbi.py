"""Label sequences from label scores: the best label of every word first, Viterbi only where that breaks the rules."""

from __future__ import annotations

import torch
from torch import Tensor


def decode_constrained(scores: Tensor, mask: Tensor, allowed: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Choose labels so that every neighbouring pair is allowed, with the highest total score.

    `scores` (B, T, L); `mask` (B, T): True = token, padding last; `allowed` (L, L), bool: may the label of the
    column follow that of the row; `start`, `end` (L,), bool: may it come first, last.  Returns ids (B, T), 0 for
    padding.  Where each word's best label gives an allowed sequence this is the answer, since none scores higher.
    Where no allowed sequence exists, the one with the fewest breaches is chosen.
    """
    ids: Tensor = scores.argmax(-1).masked_fill(~mask, 0)
    broken = breaks_rules(ids, mask, allowed, start, end).nonzero().flatten()
    if broken.numel():
        length = int(mask[broken].sum(1).max())
        emissions = scores[broken, :length].double()
        penalty = (length + 1) * (emissions.amax() - emissions.amin()) + 1.0
        costs = [-penalty * (~rule) for rule in (allowed, start, end)]
        ids[broken, :length] = viterbi(emissions, mask[broken, :length], *costs)
    return ids


def breaks_rules(ids: Tensor, mask: Tensor, allowed: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Tell for each sentence whether its labels break a rule: ids (B, T) to (B,), bool; arguments as above."""
    batch, length = mask.shape
    if length == 0:
        return torch.zeros(batch, dtype=torch.bool, device=mask.device)
    bad_pair = ~allowed[ids[:, :-1], ids[:, 1:]] & mask[:, 1:]
    last = ids.gather(1, (mask.sum(1, keepdim=True) - 1).clamp(min=0)).squeeze(1)
    bad_end = (~start[ids[:, 0]] | ~end[last]) & mask[:, 0]
    return bad_pair.any(1) | bad_end


def viterbi(scores: Tensor, mask: Tensor, transitions: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Find the label sequence of highest total score, label scores and transition scores added up.

    `scores` (B, T, L); `mask` (B, T), padding last; `transitions` (L, L): from the label of the row to that of the
    column; `start`, `end` (L,).  Returns ids (B, T), 0 for padding.  The loop is over the positions of the batch.
    """
    batch, length, labels = scores.shape
    if length == 0:
        return mask.long()
    best = scores[:, 0] + start
    origins: list[Tensor] = []
    stay = torch.arange(labels, device=scores.device).expand(batch, labels)
    for position in range(1, length):
        reached, origin = (best[:, :, None] + transitions).max(1)
        real = mask[:, position, None]
        best = torch.where(real, reached + scores[:, position], best)
        origins.append(torch.where(real, origin, stay))
    path = [(best + end).argmax(-1)]
    for origin in reversed(origins):
        path.append(origin.gather(1, path[-1][:, None]).squeeze(1))
    return torch.stack(path[::-1], 1).masked_fill(~mask, 0)
