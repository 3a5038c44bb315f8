"""Label sequences from label scores: the best label of every word first, Viterbi only where that breaks the rules."""

from __future__ import annotations

import numpy as np
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
    if mask.size(1) == 0:
        return mask.long()
    words, real = scores.unbind(1), mask.unsqueeze(-1).unbind(1)
    best = words[0] + start
    origins: list[Tensor] = []
    for word, there in zip(words[1:], real[1:], strict=True):
        reached, origin = (best[:, :, None] + transitions).max(1)
        best = torch.where(there, reached + word, best)
        origins.append(origin)
    return _trace((best + end).argmax(-1), origins, mask)


def _trace(last: Tensor, origins: list[Tensor], mask: Tensor) -> Tensor:
    """Follow each label back to the one it was reached from: last (B,), origins T - 1 times (B, L); gives (B, T)."""
    # In numpy: the steps are too small for torch.
    real, rows = mask.cpu().numpy(), np.arange(len(mask))
    path = [last.cpu().numpy()]
    back = torch.stack(origins).cpu().numpy() if origins else np.zeros((0, len(mask), 1), dtype=np.int64)
    for position in range(len(back), 0, -1):
        path.append(np.where(real[:, position], back[position - 1, rows, path[-1]], path[-1]))
    return torch.from_numpy(np.stack(path[::-1], 1)).to(mask.device).masked_fill(~mask, 0)
