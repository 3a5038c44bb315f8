"""Squared distances between tasks as graphs: to each other, to their mean, to one of them (Duong et al. 2015).

`graph_penalty` of a stack (T, ...) and one of these is half the sum of squared distances.  It belongs to an optimizer
step, not to a task's batch: otherwise its strength would depend on how often a task is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from jmt.training.sharing.task_graph import complete_graph


def distance_graph(tasks: Sequence[str], anchor: str) -> Tensor:
    """Return the graph of distances to the task named `anchor`, or to the `mean`, or else of all pairs."""
    if anchor in tasks:
        return anchor_graph(len(tasks), list(tasks).index(anchor))
    return mean_distance_graph(len(tasks)) if anchor == "mean" else pairwise_graph(len(tasks))


def pairwise_graph(tasks: int) -> Tensor:
    """Return E, float64 (T, T): half the sum of ||W_s - W_t||^2 over all pairs s < t."""
    return complete_graph(tasks)


def mean_distance_graph(tasks: int) -> Tensor:
    """Return E: half the sum of ||W_t - mean||^2, which is the T-th part of that over pairs."""
    return complete_graph(tasks) / tasks


def anchor_graph(tasks: int, anchor: int) -> Tensor:
    """Return E: half the sum of ||W_t - W_anchor||^2.  The anchor is pulled as well, by what it pulls."""
    graph = torch.eye(tasks, dtype=torch.float64)
    graph[anchor, :] = graph[:, anchor] = -1
    graph[anchor, anchor] = tasks - 1
    return graph
