"""The check of trees agrees with a walk from every word to the root."""

from __future__ import annotations

import itertools

import pytest

from jmt.formats.conllu_checks import check_tree, find_cycle


def reaches_root(heads: tuple[int, ...], position: int) -> bool:
    for _ in heads:
        if heads[position] == 0:
            return True
        position = heads[position] - 1
    return False


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_exactly_the_single_root_trees_pass(count: int):
    for heads in itertools.product(range(count + 1), repeat=count):
        tree = heads.count(0) == 1 and all(reaches_root(heads, position) for position in range(count))

        assert (check_tree(heads, strict=True) is None) == tree, heads


def test_a_found_cycle_is_one():
    for heads in itertools.product(range(5), repeat=4):
        cycle = find_cycle(heads)

        assert all(heads[word] - 1 == cycle[(place + 1) % len(cycle)] for place, word in enumerate(cycle))
        assert bool(cycle) == any(not reaches_root(heads, position) for position in range(4))


def test_missing_heads_are_passed_over_unless_a_whole_tree_is_asked_for():
    assert check_tree([None, 1, None], strict=False) is None
    assert check_tree([3, 1, None], strict=False) is None
    assert check_tree([2, 1, None], strict=False) is not None
    assert check_tree([None, 0, 1], strict=True) is not None


def test_a_chain_of_a_hundred_thousand_words_is_checked_at_once():
    assert check_tree(range(100_000), strict=True) is None
