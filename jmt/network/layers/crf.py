"""A linear-chain conditional random field over the labels of a sentence (Lafferty, McCallum and Pereira 2001).

The sums over all label sequences are written out as a forward and a backward pass over the positions of a batch:
marginals by the gradient of log Z would need gradients where annotating has none.  The passes are products with the
matrix of exp(transition), of values that are brought to sum one at every position (the scaling of Rabiner 1989, section
V.A) and in float64: faster than logarithms for every pair of labels, and as exact for 5,000 words as for five.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.cascade.decoding.crf import FORBIDDEN, LEAST
from jmt.cascade.symbols.labels import IGNORED


class Crf(nn.Module):
    """p(y) = exp(start(y_1) + sum of emission(t, y_t) + sum of transition(y_t, y_t+1) + end(y_T)) / Z."""

    allowed: Tensor
    may_start: Tensor
    may_end: Tensor

    def __init__(self, allowed: Tensor, may_start: Tensor, may_end: Tensor) -> None:
        super().__init__()
        labels = len(allowed)
        self.transitions = nn.Parameter(torch.zeros(labels, labels))
        self.start, self.end = nn.Parameter(torch.zeros(labels)), nn.Parameter(torch.zeros(labels))
        self.register_buffer("allowed", allowed, persistent=False)
        self.register_buffer("may_start", may_start, persistent=False)
        self.register_buffer("may_end", may_end, persistent=False)

    def rules(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return transitions (L, L) from row to column, start (L,) and end (L,), the forbidden ones at -1e4."""
        return (
            self.transitions.masked_fill(~self.allowed, FORBIDDEN),
            self.start.masked_fill(~self.may_start, FORBIDDEN),
            self.end.masked_fill(~self.may_end, FORBIDDEN),
        )

    def log_partition(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return log Z, (B,) in float64, from emissions (B, T, L) and mask (B, T), padding last."""
        transitions, start, end = self.rules()
        step = transitions.double().exp()
        words = emissions.double().unbind(dim=1)  # not by index: the gradient of each would be as large as the batch
        first = words[0] + start
        size = first.logsumexp(dim=-1)  # the log of all that the shares were divided by
        share = first - size.unsqueeze(-1)  # of all beginnings, by their last label: its log
        for word, real in zip(words[1:], mask.unbind(dim=1)[1:], strict=True):
            reached = (share.exp() @ step).clamp(min=LEAST).log() + word
            growth = reached.logsumexp(dim=-1)
            share = torch.where(real.unsqueeze(-1), reached - growth.unsqueeze(-1), share)
            size = size + growth * real
        return size + (share + end).logsumexp(dim=-1)

    def marginals(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return p(y_t = j), (B, T, L); where the mask is false they mean nothing."""
        words = emissions.double()
        ahead, behind = self._messages(words, mask)
        return (ahead + words + behind).softmax(dim=-1).to(emissions.dtype)

    def _messages(self, words: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Sum over all beginnings before each word, and over all continuations after it, for each of its labels.

        Returns their logs, (B, T, L) each, but for a constant per position.  Seen from its own end, each is the same
        step from word to word, so that one loop takes both: forwards from the first, backwards from the last.
        """
        transitions, start, end = self.rules()
        step = transitions.double().exp().clamp(min=LEAST)
        steps = torch.stack([step, step.T])
        scores = torch.stack([words, words.flip(1)]).permute(2, 0, 1, 3)  # (T, 2, B, L)
        goes_on = torch.stack([mask.roll(-1, 1), mask.flip(1)]).permute(2, 0, 1).unsqueeze(-1)  # (T, 2, B, 1)
        sums = [torch.stack([start, end]).double().unsqueeze(1).expand(-1, len(words), -1)]
        for score, real in zip(scores[:-1].unbind(), goes_on[:-1].unbind(), strict=True):
            reached = ((sums[-1] + score).softmax(dim=-1) @ steps).log()
            sums.append(torch.where(real, reached, sums[-1]))
        ahead, behind = torch.stack(sums, dim=2)  # (B, T, L) each
        return ahead, behind.flip(1)

    def loss(self, emissions: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed -log p(gold), gold (B, T); a word whose gold is `IGNORED` may have any label."""
        known = (gold != IGNORED) & mask
        chosen = nn.functional.one_hot(gold.clamp(min=0), emissions.size(-1)).bool()
        held = emissions.masked_fill(known.unsqueeze(-1) & ~chosen, FORBIDDEN)
        every, fitting = self.log_partition(torch.cat([emissions, held]), mask.repeat(2, 1)).chunk(2)
        return (every - fitting).sum().to(emissions.dtype)
