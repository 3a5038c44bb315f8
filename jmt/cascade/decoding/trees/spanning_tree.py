"""The best tree with a single root, projective or not: a maximum spanning arborescence."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jmt.cascade.decoding.scores import finite_arc_scores

Scores = npt.NDArray[np.floating]


def maximum_spanning_tree(scores: Scores) -> list[int]:
    """Find the tree of highest total score among all trees with a single root.

    `scores` (n, n+1): row t is the word at position t + 1, column 0 the root.  Returns n heads, 0 = root.  Arcs that
    are -inf or NaN are taken only where no tree does without them.  Time and memory are O(n^2).

    Sources: Chu and Liu (1965) and Edmonds (1967), contracting along a path as in Tarjan (1977) and Camerini et al.
    (1979); the single root by lowering every arc from the root by more than any two trees can differ (Stanojevic and
    Cohen 2021), so that the best tree has as few of them as a tree can have: one.  This makes the search merge all
    words, so the unconstrained search goes first: most often its tree has one root and is the answer.
    """
    if not len(scores):
        return []
    weights, _ = finite_arc_scores(scores)
    heads = _Contraction(weights).heads()
    if heads.count(0) == 1:
        return heads
    weights, span = finite_arc_scores(scores)
    weights[:, 0] -= span
    return _Contraction(weights).heads()


@dataclass
class _Contraction:
    """The search itself: grow a path of best arcs, merge the cycles it closes, undo the merges at the end.

    Node 0 is the root, nodes 1..n are words, later numbers are cycles in the order in which they were merged.
    `weights` (n, n+1) has a row of arcs for every word or cycle still in play; -inf on the diagonal.
    """

    weights: npt.NDArray[np.float64]
    row_of: list[int] = field(init=False)
    parent: list[int] = field(init=False)
    incoming: list[tuple[int, int]] = field(init=False)
    """For each node its chosen arc: (head word, the word in the node at which the arc arrives)."""

    def __post_init__(self) -> None:
        words = len(self.weights)
        self.row_of = [-1, *range(words)]
        self.parent = [-1] * (words + 1)
        self.incoming = [(-1, -1)] * (words + 1)
        self.arrives = np.repeat(np.arange(1, words + 1, dtype=np.int32)[:, None], words + 1, axis=1)
        self.top = np.arange(words + 1)  # the outermost node that holds each word
        self.members: list[npt.NDArray[np.int64]] = [np.array([node]) for node in range(words + 1)]

    def heads(self) -> list[int]:
        """Return the head of every word of the best tree."""
        words = len(self.weights)
        finished = {0}
        for start in range(1, words + 1):
            node = int(self.top[start])
            if node in finished:
                continue
            path = [node]
            on_path = {node}
            while True:
                node = self._choose_arc(path[-1])
                if node in finished:
                    break
                if node in on_path:
                    cycle = path[path.index(node) :]
                    del path[len(path) - len(cycle) :]
                    on_path.difference_update(cycle)
                    node = self._merge(cycle)
                path.append(node)
                on_path.add(node)
            finished |= on_path
        return self._undo_merges()

    def _choose_arc(self, node: int) -> int:
        """Take the node's best arc and return the outermost node that it comes from."""
        row = self.row_of[node]
        head = int(self.weights[row].argmax())
        self.incoming[node] = (head, int(self.arrives[row, head]))
        return int(self.top[head])

    def _merge(self, cycle: list[int]) -> int:
        """Make one node of a cycle: an arc into it pays for the arc of the cycle that it replaces."""
        merged = len(self.parent)
        rows = [self.row_of[node] for node in cycle]
        for node, row in zip(cycle, rows, strict=True):
            self.weights[row] -= self.weights[row, self.incoming[node][0]]
            self.parent[node] = merged
        kept = rows[0]
        for row in rows[1:]:
            better = self.weights[row] > self.weights[kept]
            np.copyto(self.weights[kept], self.weights[row], where=better)
            np.copyto(self.arrives[kept], self.arrives[row], where=better)
        inside = np.concatenate([self.members[node] for node in cycle])
        for node in cycle:
            self.members[node] = inside[:0]
        self.weights[kept, inside] = -np.inf
        self.top[inside] = merged
        self.row_of.append(kept)
        self.parent.append(-1)
        self.incoming.append((-1, -1))
        self.members.append(inside)
        return merged

    def _undo_merges(self) -> list[int]:
        """From the outermost node inwards, keep each arc and drop the cycle's arcs that it replaces."""
        words = len(self.weights)
        heads = [0] * (words + 1)
        settled = [False] * len(self.parent)
        for node in range(len(self.parent) - 1, 0, -1):
            if settled[node]:
                continue
            head, word = self.incoming[node]
            heads[word] = head
            inner = word
            while inner != node:
                settled[inner] = True
                inner = self.parent[inner]
        return heads[1:]
