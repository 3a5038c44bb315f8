"""Dependency trees from arc scores: the best head of every word first, a tree search only where that is no tree.

Section 2.4 of the Joint Many-Task paper takes each word's best head and repairs with a tree search the few
sentences (below 5 %) for which the result is not a tree.  A tree has exactly one word under the root.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jmt.network.decoding.eisner import LONGEST_FOR_EISNER, eisner
from jmt.network.decoding.scores import finite_arc_scores

Scores = npt.NDArray[np.floating]
TreeSearch = Literal["mst", "eisner"]


def decode_trees(arc_scores: Tensor, mask: Tensor, *, tree: TreeSearch = "mst") -> Tensor:
    """Choose a head for every word so that each sentence is a tree with a single root.

    `arc_scores` (B, T, T+1): row t is the word at position t + 1, column 0 the root, column j the word at position j;
    a word's own column and those of padding are ignored.  `mask` (B, T): True = token, padding last.
    Returns head ids (B, T), 0 = root and for padding.  Where every word's best head already makes a single-root tree
    that tree is returned: no other scores higher.  `tree` names the search for the rest: "mst" (any tree) or "eisner"
    (projective trees, as in the paper; above `LONGEST_FOR_EISNER` words "mst", because it is cubic).
    """
    head_ids = greedy_heads(arc_scores, mask)
    broken = (~is_single_root_tree(head_ids, mask)).nonzero().flatten().tolist()
    if broken:
        lengths = mask.sum(1).tolist()
        for row in broken:
            words = int(lengths[row])
            scores = arc_scores[row, :words, : words + 1].detach().float().cpu().numpy()
            search = eisner if tree == "eisner" and words <= LONGEST_FOR_EISNER else maximum_spanning_tree
            head_ids[row, :words] = torch.tensor(search(scores), dtype=head_ids.dtype, device=head_ids.device)
    return head_ids


def greedy_heads(arc_scores: Tensor, mask: Tensor) -> Tensor:
    """Choose each word's best head on its own: (B, T, T+1) and (B, T) to (B, T), 0 for padding."""
    length = mask.shape[1]
    own_column = torch.eye(length, dtype=torch.bool, device=mask.device)
    closed = ~mask[:, None, :] | own_column
    closed = torch.nn.functional.pad(closed, (1, 0), value=False)
    best: Tensor = arc_scores.masked_fill(closed, -torch.inf).argmax(-1)
    return best.masked_fill(~mask, 0)


def is_single_root_tree(head_ids: Tensor, mask: Tensor) -> Tensor:
    """Tell for each sentence whether its heads make a tree with one root: (B, T) and (B, T) to (B,), bool.

    Every word must reach the root; following all heads at once and doubling the step each time, ceil(log2(T)) + 1
    rounds settle it for the whole batch.  An empty sentence is a tree.
    """
    length = mask.shape[1]
    heads = head_ids.masked_fill(~mask, 0)
    ancestors = torch.nn.functional.pad(heads, (1, 0), value=0)
    for _ in range(length.bit_length()):
        ancestors = ancestors.gather(1, ancestors)
    roots = ((heads == 0) & mask).sum(1)
    one_root = (roots == 1) | ~mask.any(1)
    return one_root & (ancestors == 0).all(1) if length else one_root


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
