"""Dependency trees from arc scores: the best head of every word first, a tree search only where that is no tree.

Section 2.4 of the Joint Many-Task paper takes each word's best head and repairs with a tree search the few
sentences (below 5 %) for which the result is not a tree.  A tree has exactly one word under the root.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from jmt.cascade.decoding.eisner import LONGEST_FOR_EISNER, eisner
from jmt.cascade.decoding.spanning_tree import maximum_spanning_tree

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
