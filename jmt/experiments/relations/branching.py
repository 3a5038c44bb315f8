"""A tree of levels grown from affinities: which tasks share a copy of a level, and where they part (Lu et al. 2017).

Fully-adaptive feature sharing (CVPR 2017, section 3.3) starts from a branch per task on the top level and goes down; on
every level it takes the grouping g of the branches above with the least

    cost(g) = (d - 1) c 2^p + the mean over its d groups of 1 - mean over branches k of min over branches l of A(k, l)

where p is the number of levels above, and A(k, l) between two branches the mean over tasks of one of the least affinity
to tasks of the other, both ways.  The paper measures affinities by which examples are hard for both tasks and groups by
spectral clustering; here they are lookahead affinities, since corpora differ, and the most alike branches are merged
one pair after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from jmt.experiments.relations.estimates import Matrix

_COSTS = (0.05, 0.1, 0.2)
"""c: what one more branch on the top level costs, where 1 is what tells the least alike tasks from the most."""

Groups = tuple[tuple[str, ...], ...]
"""Tasks that share a copy of a level, each task in one group."""


def grow_branches(affinities: Matrix, levels: Mapping[str, int], cost: float) -> dict[int, Groups]:
    """Return the groups of every level, 1 = lowest, of tasks given by the level of their heads.

    `affinities` are of ordered pairs of tasks, in any unit: the least stands for 0, the largest for 1.
    """
    alike = _between_tasks(affinities)
    found: dict[int, Groups] = {}
    branches: Groups = ()
    top = max(levels.values(), default=0)
    for level in range(top, 0, -1):
        branches = (*branches, *((task,) for task, own in levels.items() if own == level))
        price = cost * 2.0 ** (top - level)
        ways = list(_merged(branches, alike))
        best = min(ways, key=lambda way: (len(way) - 1) * price + _separation(way, alike))
        branches = found[level] = tuple(tuple(task for branch in group for task in branch) for group in best)
    return found


def _between_tasks(affinities: Matrix) -> Matrix:
    """Return affinities that are the same both ways round and lie between 0 and 1."""
    mean = {
        (one, other): (value + affinities.get((other, one), value)) / 2 for (one, other), value in affinities.items()
    }
    least, largest = min(mean.values(), default=0.0), max(mean.values(), default=0.0)
    return {pair: (value - least) / (largest - least or 1.0) for pair, value in mean.items()}


def _merged(branches: Groups, alike: Matrix) -> Iterator[tuple[Groups, ...]]:
    """Yield groupings of the branches, from each by itself to all in one: of two groups the most alike are merged."""
    groups: list[Groups] = [(branch,) for branch in branches]
    while groups:
        yield tuple(groups)
        if len(groups) == 1:
            return
        tasks = [tuple(task for branch in group for task in branch) for group in groups]
        one, other = max(
            combinations(range(len(groups)), 2), key=lambda pair: _affinity(tasks[pair[0]], tasks[pair[1]], alike)
        )
        groups[one] = (*groups[one], *groups.pop(other))


def _separation(way: Sequence[Groups], alike: Matrix) -> float:
    """Return how little alike the branches of a group are, averaged over the groups; 0 where each is by itself."""
    apart = [
        1 - sum(min(_affinity(one, other, alike) for other in group) for one in group) / len(group) for group in way
    ]
    return sum(apart) / len(apart)


def _affinity(one: Sequence[str], other: Sequence[str], alike: Matrix) -> float:
    """Return the affinity of two branches; a branch's to itself is 1."""
    if one == other:
        return 1.0

    def towards(first: Sequence[str], second: Sequence[str]) -> float:
        return sum(min(alike.get((task, to), 0.0) for to in second) for task in first) / len(first)

    return (towards(one, other) + towards(other, one)) / 2


def branches_toml(found: Mapping[int, Groups]) -> str:
    """Return the tables of a configuration that build a tree; empty where every level is shared by all."""
    tables = []
    for level, groups in sorted(found.items()):
        if len(groups) < 2:
            continue
        shared = [[*group] for group in groups if len(group) > 1]
        lines = [f"groups = [{', '.join(map(_quoted, shared))}]"] if shared else []
        tables.append("\n".join([f"[sharing.level{level}]", f'kind = "{"branches" if shared else "soft"}"', *lines]))
    return "\n\n".join(tables)


def _quoted(group: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{task}"' for task in group) + "]"


def branch_lines(affinities: Matrix, levels: Mapping[str, int]) -> list[str]:
    """Return the part of relations.md about trees; empty where nothing is known or no level can be split."""
    if not affinities or not levels:
        return []
    trees: dict[str, list[float]] = {}
    for cost in _COSTS:
        trees.setdefault(branches_toml(grow_branches(affinities, levels, cost)), []).append(cost)
    lines = [
        "## A tree of levels",
        "",
        "Grown from the lookahead affinities as fully-adaptive feature sharing has it (Lu et al. 2017): the dearer a "
        "branch, the more is shared. It is a proposal for the configuration of the run of all tasks (its `config.toml` "
        "lies in the folder `all`; levels without a task are closed up there): train it, and compare it with that one.",
        "",
    ]
    for tree, costs in trees.items():
        told = f"A branch costs {' or '.join(map(str, costs))}:"
        lines += [told, "", *(["```toml", tree, "```"] if tree else ["every level is shared by all tasks."]), ""]
    return lines
