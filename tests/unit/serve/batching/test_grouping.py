"""Which items make a batch: the oldest, and the company that is worth its padding."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.serve.batching.grouping import Budget, choose_batch

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=9)
BUDGETS = st.builds(
    Budget,
    st.integers(20, 200),
    st.integers(1, 9),
    st.sampled_from([0.0, 10.0, 100.0, 1e5]),
    st.sampled_from([0.0, 0.1, 0.4, 1.0]),
)


def worth(lengths: list[int], chosen: tuple[int, ...] | list[int], budget: Budget) -> float:
    """Real tokens per token of cost."""
    own = [lengths[position] for position in chosen]
    padding = max(own) * len(own) - sum(own)
    return sum(own) / (budget.overhead + sum(own) + budget.padding * padding)


def fits(lengths: list[int], chosen: tuple[int, ...] | list[int], budget: Budget) -> bool:
    own = [lengths[position] for position in chosen]
    return len(own) <= budget.items and (max(own) * len(own) <= budget.tokens or len(own) == 1)


@given(LENGTHS, BUDGETS)
def test_the_oldest_goes_first_and_the_budget_holds(lengths: list[int], budget: Budget):
    chosen = choose_batch(lengths, budget)

    assert chosen[0] == 0
    assert len(set(chosen)) == len(chosen)
    assert fits(lengths, chosen, budget)


@given(LENGTHS, BUDGETS)
@settings(max_examples=200)
def test_no_other_batch_with_the_oldest_is_worth_more(lengths: list[int], budget: Budget):
    others = range(1, len(lengths))
    possible = [(0, *more) for size in range(len(lengths)) for more in combinations(others, size)]
    best = max(worth(lengths, batch, budget) for batch in possible if fits(lengths, batch, budget))

    assert worth(lengths, choose_batch(lengths, budget), budget) >= best * (1 - 1e-9)


def test_among_equals_the_older_goes_first():
    assert choose_batch([5, 5, 5, 5], Budget(tokens=15, items=64, overhead=100)) == [0, 1, 2]


def test_a_batch_that_costs_next_to_nothing_is_not_padded():
    assert choose_batch([5, 40, 5, 6, 40], Budget(tokens=4096, items=64, overhead=0)) == [0, 2]


def test_a_batch_that_costs_much_takes_all_that_fits():
    assert choose_batch([5, 40, 5, 6, 40], Budget(tokens=4096, items=64, overhead=1e6)) == [0, 1, 2, 3, 4]


def test_where_padding_costs_nothing_all_that_fits_goes_together():
    assert choose_batch([5, 40, 5, 6, 40], Budget(tokens=4096, items=64, overhead=1, padding=0)) == [0, 1, 2, 3, 4]
