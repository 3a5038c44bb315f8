"""A tree of levels is grown from affinities: what is alike stays together, and parts where it pays."""

from __future__ import annotations

import tomllib
from itertools import permutations
from pathlib import Path

import pytest

from jmt.experiments.relations.branching import Groups, branches_toml, grow_branches
from jmt.experiments.relations.report import relations_markdown
from jmt.runs.config import read_config
from tests.assets.toy_relations import planted_relations

CLUSTERS = {"a": "left", "b": "left", "c": "right", "d": "right"}
LEVELS = dict.fromkeys(CLUSTERS, 3)


def planted(within: float = 0.9, between: float = 0.1) -> dict[tuple[str, str], float]:
    """Two clusters of two tasks; neither way round is quite as the other."""
    return {
        (one, other): (within if CLUSTERS[one] == CLUSTERS[other] else between) + 0.01 * (one < other)
        for one, other in permutations(CLUSTERS, 2)
    }


def as_sets(groups: Groups) -> set[frozenset[str]]:
    return {frozenset(group) for group in groups}


ALL = {frozenset("abcd")}
TWO = {frozenset("ab"), frozenset("cd")}
EACH = {frozenset(task) for task in "abcd"}


@pytest.mark.parametrize(("cost", "expected"), [(10.0, ALL), (0.2, TWO), (0.0, EACH)])
def test_the_dearer_a_branch_the_more_is_shared(cost: float, expected: set[frozenset[str]]):
    assert as_sets(grow_branches(planted(), LEVELS, cost)[3]) == expected


def test_planted_clusters_part_above_and_meet_below():
    tree = grow_branches(planted(), LEVELS, 0.3)
    assert [as_sets(tree[level]) for level in (3, 2, 1)] == [TWO, TWO, ALL]


@pytest.mark.parametrize(("scale", "shift"), [(1e-4, 0.0), (5.0, -3.0)])
def test_the_unit_of_the_affinities_does_not_matter(scale: float, shift: float):
    moved = {pair: scale * value + shift for pair, value in planted().items()}
    for cost in (0.0, 0.05, 0.15, 10.0):
        assert grow_branches(moved, LEVELS, cost) == grow_branches(planted(), LEVELS, cost)


def test_what_meets_above_never_parts_below():
    for cost in (0.01, 0.03, 0.1, 0.3):
        tree = grow_branches(planted(0.7, 0.4), LEVELS, cost)
        for level in (3, 2):
            assert all(any(set(group) <= set(below) for below in tree[level - 1]) for group in tree[level])


def test_a_task_joins_on_its_own_level_and_is_on_none_above():
    tree = grow_branches(planted(), {"a": 1, "b": 2, "c": 3, "d": 3}, 0.0)
    assert [as_sets(tree[level]) for level in (3, 2, 1)] == [
        {frozenset("c"), frozenset("d")},
        {frozenset("b"), frozenset("c"), frozenset("d")},
        EACH,
    ]


def test_the_cost_is_that_of_the_paper_worked_by_hand():
    affinities = {pair: 1.0 if set(pair) in ({"a", "b"}, {"c", "d"}) else 0.0 for pair in permutations("abcd", 2)}
    flat = dict.fromkeys("abcd", 1)
    # One group: each task's least affinity to the others is 0, which costs 1.  Two: c and nothing more.  Four: 3 c.
    assert as_sets(grow_branches(affinities, flat, 0.99)[1]) == TWO
    assert as_sets(grow_branches(affinities, flat, 1.01)[1]) == ALL


def test_the_tables_build_the_tree_that_was_grown():
    tree: dict[int, Groups] = {2: (("chunk", "dep"), ("lemma",)), 3: (("dep",), ("relatedness",)), 1: (("xpos",),)}
    assert tomllib.loads(branches_toml(tree)) == {
        "sharing": {"level2": {"kind": "branches", "groups": [["chunk", "dep"]]}, "level3": {"kind": "soft"}}
    }
    config = read_config("demo", overrides=["sharing.level2={kind='branches', groups=[['chunk', 'dep']]}"])
    assert config.model.split_levels[2].copy_of("dep") == "chunk"
    assert config.model.split_levels[2].copy_of("lemma") == "lemma"


def test_the_report_proposes_trees_to_be_trained(tmp_path: Path):
    text = relations_markdown(planted_relations(tmp_path))
    tables = text.partition("## A tree of levels")[2].split("```toml")[1:]
    assert tables
    for table in tables:
        assert all(name.startswith("level") for name in tomllib.loads(table.partition("```")[0])["sharing"])
