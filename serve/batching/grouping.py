"""Which waiting items make the next batch: the oldest always, and as much company as pays for its padding.

A batch costs about as much as so many tokens: a fixed part, however small the batch, its real tokens, and a share of
its padding, which some networks leave out here and there.  Long company makes short items long, so a batch is the run
of neighbouring lengths around the oldest item with the most real tokens for that cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """What one batch may hold, and what it costs before its first token."""

    tokens: int
    """Padded."""
    items: int
    overhead: float
    """In tokens: what a batch costs beside them."""
    padding: float = 1.0
    """What a token of padding costs, as a share of what a real one does."""

    def cost(self, longest: int, count: int, real: int) -> float:
        """Tell what a batch of so many items, with so many real tokens in all, costs in tokens."""
        return self.overhead + real + self.padding * (longest * count - real)


def choose_batch(lengths: Sequence[int], budget: Budget) -> list[int]:
    """Choose the items of a batch from those that wait, oldest first; gives their positions, the oldest item's first.

    An item that is larger than the budget goes alone.
    """
    by_length: dict[int, list[int]] = {}
    for position, length in enumerate(lengths[1:], start=1):
        by_length.setdefault(length, []).append(position)
    oldest = lengths[0]
    steps = sorted(by_length, reverse=True)
    best: list[int] = []
    best_worth = -1.0
    for longest in sorted({oldest, *(length for length in steps if length > oldest)}):
        if 2 * longest > budget.tokens and longest > oldest:
            break
        company, worth = _company(longest, oldest, steps, by_length, budget)
        if worth > best_worth:
            best, best_worth = company, worth
    return [0, *sorted(best)]


def _company(
    longest: int, oldest: int, steps: Sequence[int], by_length: dict[int, list[int]], budget: Budget
) -> tuple[list[int], float]:
    """Gather company of at most `longest` tokens each, longest first, while each makes the batch more worth its cost.

    Gives the positions and the worth: real tokens per token of cost.
    """
    real, count = oldest, 1
    room = min(budget.items, budget.tokens // longest if longest else budget.items) - 1
    company: list[int] = []
    for length in steps:
        if length > longest:
            continue
        own_cost = length + budget.padding * (longest - length)
        if room <= 0 or length * budget.cost(longest, count, real) < own_cost * real:
            break  # for their cost, its own tokens would be fewer than those of the others
        taken = by_length[length][:room]
        company += taken
        room -= len(taken)
        real, count = real + length * len(taken), count + len(taken)
    return company, real / budget.cost(longest, count, real)
