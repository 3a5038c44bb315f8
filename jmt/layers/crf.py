"""A linear-chain conditional random field over the labels of a sentence (Lafferty, McCallum and Pereira 2001).

The sums over all label sequences are written out as a forward and a backward pass over the positions of a batch:
marginals by the gradient of log Z would need gradients where annotating has none.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.data.labels import IGNORED
from jmt.decoding.viterbi import viterbi

FORBIDDEN = -1e4
"""Score of what the label code does not allow: finite, so that no difference of two of them is undefined."""


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
        """Return log Z, (B,), from emissions (B, T, L) and mask (B, T), padding last."""
        _, _, end = self.rules()
        return (self._forward(emissions, mask)[-1] + end).logsumexp(dim=-1)

    def _forward(self, emissions: Tensor, mask: Tensor) -> list[Tensor]:
        """Return per position the log of the summed exp scores of all beginnings, by their last label, (B, L) each."""
        transitions, start, _ = self.rules()
        sums = [emissions[:, 0] + start]
        for position in range(1, emissions.size(1)):
            reached = (sums[-1].unsqueeze(-1) + transitions).logsumexp(dim=1) + emissions[:, position]
            sums.append(torch.where(mask[:, position, None], reached, sums[-1]))
        return sums

    def _backward(self, emissions: Tensor, mask: Tensor) -> list[Tensor]:
        """Return per position the log of the summed exp scores of all continuations of its label, (B, L) each."""
        transitions, _, end = self.rules()
        sums = [end.expand(len(emissions), -1)]
        for position in range(emissions.size(1) - 1, 0, -1):
            ahead = (transitions + (sums[-1] + emissions[:, position]).unsqueeze(1)).logsumexp(dim=-1)
            sums.append(torch.where(mask[:, position, None], ahead, sums[-1]))
        return sums[::-1]

    def marginals(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return p(y_t = j), (B, T, L); the last word's where the mask is false."""
        ahead = torch.stack(self._forward(emissions, mask), dim=1)
        behind = torch.stack(self._backward(emissions, mask), dim=1)
        return (ahead + behind).softmax(dim=-1)

    def loss(self, emissions: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed -log p(gold), gold (B, T); a word whose gold is `IGNORED` may have any label."""
        known = (gold != IGNORED) & mask
        chosen = nn.functional.one_hot(gold.clamp(min=0), emissions.size(-1)).bool()
        held = emissions.masked_fill(known.unsqueeze(-1) & ~chosen, FORBIDDEN)
        return (self.log_partition(emissions, mask) - self.log_partition(held, mask)).sum()

    def best(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return the labels of the most probable sequence, (B, T), 0 for padding."""
        return viterbi(emissions, mask, *self.rules())
