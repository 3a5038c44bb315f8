"""A linear-chain conditional random field over the labels of a sentence (Lafferty, McCallum and Pereira 2001).

The sums over all label sequences are written out as a forward and a backward pass over the positions of a batch:
marginals by the gradient of log Z would need gradients where annotating has none.  Both passes are products with the
matrix of exp(transition), of values that are brought to sum one at every position (the scaling of Rabiner 1989, section
V.A) and in float64: faster than logarithms for every pair of labels, and as exact for 5,000 words as for five.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.data.labels import IGNORED
from jmt.decoding.viterbi import viterbi

FORBIDDEN = -1e4
"""Score of what the label code does not allow: finite, so that no difference of two of them is undefined."""

LEAST = 1e-300
"""Sums below it count as it where their logarithm is taken."""


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
        _, _, end = self.rules()
        ahead, size = self._forward(emissions.double(), mask)
        return size + (ahead[-1] + end).logsumexp(dim=-1)

    def _forward(self, emissions: Tensor, mask: Tensor) -> tuple[list[Tensor], Tensor]:
        """Sum over all beginnings, by their last label.

        Returns per position the log of their share (B, L), and the log of all that the shares were divided by (B,).
        """
        transitions, start, _ = self.rules()
        step = transitions.double().exp()
        words = emissions.unbind(dim=1)  # not by index: the gradient of each would be as large as the batch
        first = words[0] + start
        size = first.logsumexp(dim=-1)
        shares = [first - size.unsqueeze(-1)]
        for word, real in zip(words[1:], mask.unbind(dim=1)[1:], strict=True):
            reached = (shares[-1].exp() @ step).clamp(min=LEAST).log() + word
            growth = reached.logsumexp(dim=-1)
            shares.append(torch.where(real.unsqueeze(-1), reached - growth.unsqueeze(-1), shares[-1]))
            size = size + growth * real
        return shares, size

    def _backward(self, emissions: Tensor, mask: Tensor) -> list[Tensor]:
        """Sum over all continuations of each label: their logs but for a constant per position, (B, L) each."""
        transitions, _, end = self.rules()
        step = transitions.double().exp().T
        sums = [end.double().expand(len(emissions), -1)]
        for word, real in zip(emissions.unbind(dim=1)[:0:-1], mask.unbind(dim=1)[:0:-1], strict=True):
            behind = ((sums[-1] + word).softmax(dim=-1) @ step).clamp(min=LEAST).log()
            sums.append(torch.where(real.unsqueeze(-1), behind, sums[-1]))
        return sums[::-1]

    def marginals(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return p(y_t = j), (B, T, L); the last word's where the mask is false."""
        ahead, _ = self._forward(emissions.double(), mask)
        behind = self._backward(emissions.double(), mask)
        return (torch.stack(ahead, dim=1) + torch.stack(behind, dim=1)).softmax(dim=-1).to(emissions.dtype)

    def loss(self, emissions: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed -log p(gold), gold (B, T); a word whose gold is `IGNORED` may have any label."""
        known = (gold != IGNORED) & mask
        chosen = nn.functional.one_hot(gold.clamp(min=0), emissions.size(-1)).bool()
        held = emissions.masked_fill(known.unsqueeze(-1) & ~chosen, FORBIDDEN)
        every, fitting = self.log_partition(torch.cat([emissions, held]), mask.repeat(2, 1)).chunk(2)
        return (every - fitting).sum().to(emissions.dtype)

    def best(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return the labels of the most probable sequence, (B, T), 0 for padding."""
        return viterbi(emissions, mask, *self.rules())
