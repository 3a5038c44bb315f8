"""Dependency trees from arc scores: the best head of every word first, a tree search only where that is no tree.

Section 2.4 of the Joint Many-Task paper takes each word's best head and repairs with a tree search the few
sentences (below 5 %) for which the result is not a tree.  A tree has exactly one word under the root.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from jmt.cascade.decoding.probabilities import Floats
from jmt.cascade.decoding.rules import Flags
from jmt.cascade.decoding.sequences import Ints
from jmt.cascade.decoding.trees.eisner import LONGEST_FOR_EISNER, eisner
from jmt.cascade.decoding.trees.spanning_tree import maximum_spanning_tree

TreeSearch = Literal["mst", "eisner"]


def decode_trees(arc_scores: Floats, lengths: Ints, *, tree: TreeSearch = "mst") -> Ints:
    """Choose a head for every word so that each sentence is a tree with a single root.

    `arc_scores` (B, T, T+1): row t is the word at position t + 1, column 0 the root, column j the word at position j;
    -inf for a word itself and for padding.  `lengths` (B,).  Returns head ids (N,) of the words, 0 = root.
    Where every word's best head already makes a single-root tree that tree is returned: no other scores higher.  `tree`
    names the search for the rest: "mst" (any tree) or "eisner" (projective trees, as in the paper; above
    `LONGEST_FOR_EISNER` words "mst", because it is cubic).
    """
    mask = np.arange(arc_scores.shape[1]) < lengths[:, None]
    head_ids: Ints = arc_scores.argmax(-1)[mask]
    ends = np.cumsum(lengths)
    for row in np.flatnonzero(~is_single_root_tree(head_ids, lengths)).tolist():
        words = int(lengths[row])
        search = eisner if tree == "eisner" and words <= LONGEST_FOR_EISNER else maximum_spanning_tree
        head_ids[ends[row] - words : ends[row]] = search(arc_scores[row, :words, : words + 1])
    return head_ids


def is_single_root_tree(head_ids: Ints, lengths: Ints) -> Flags:
    """Tell for each sentence whether its heads make a tree with one root: (N,) and (B,) to (B,), bool.

    Every word must reach the root; following all heads at once and doubling the step each time, ceil(log2(T)) + 1
    rounds settle it for the whole batch.  An empty sentence is a tree.
    """
    words, starts = len(head_ids), np.cumsum(lengths) - lengths
    is_root = head_ids == 0
    ancestors = np.append(np.where(is_root, words, head_ids - 1 + np.repeat(starts, lengths)), words)
    for _ in range(int(lengths.max(initial=0)).bit_length()):
        ancestors = ancestors[ancestors]
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    roots = np.bincount(sentences[is_root], minlength=len(lengths))
    astray = np.bincount(sentences[ancestors[:-1] != words], minlength=len(lengths))
    result: Flags = ((roots == 1) | (lengths == 0)) & (astray == 0)
    return result
