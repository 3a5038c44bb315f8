"""Whether the heads of a sentence are a tree: in range, one root, no cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TreeFault:
    """What is wrong with a tree, and with which word (0-based)."""

    message: str
    position: int


def check_tree(heads: Sequence[int | None], *, strict: bool) -> TreeFault | None:
    """Return the first fault of a sentence's heads (0 = root, None = not given), or None for a tree.

    Without `strict`, words may lack a head; the heads that are there must still be in range, hold at most one root
    and no cycle.  Takes time linear in the words.
    """
    count = len(heads)
    root: int | None = None
    for position, head in enumerate(heads):
        if head is None:
            if strict:
                return TreeFault(f"word {position + 1} has no HEAD; training and scoring need whole trees", position)
        elif not 0 <= head <= count:
            return TreeFault(f"HEAD is {head}, out of range; the sentence has {count} words", position)
        elif head == 0:
            if root is not None:
                return TreeFault(f"second root: words {root + 1} and {position + 1} both have HEAD 0", position)
            root = position
    cycle = find_cycle(heads)
    if cycle:
        named = " -> ".join(str(position + 1) for position in [*cycle, cycle[0]])
        return TreeFault(f"the heads run in a cycle: {named}", cycle[0])
    return None


def find_cycle(heads: Sequence[int | None]) -> list[int]:
    """Return the words of one cycle (0-based, each followed by its head), empty where there is none."""
    state = [0] * len(heads)  # 0 not seen, else the walk that saw it
    for start in range(len(heads)):
        position = start
        while state[position] == 0:
            state[position] = start + 1
            head = heads[position]
            if not head:
                break
            position = head - 1
        else:
            if state[position] == start + 1:
                return _walk_round(heads, position)
    return []


def _walk_round(heads: Sequence[int | None], start: int) -> list[int]:
    cycle = [start]
    while (following := (heads[cycle[-1]] or 0) - 1) != start:
        cycle.append(following)
    low = cycle.index(min(cycle))
    return cycle[low:] + cycle[:low]
