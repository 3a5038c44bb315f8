"""Soft sharing: what it costs that the same parameter differs between tasks; one idea per file, and their table."""

from __future__ import annotations

from jmt.training.sharing.base import Copies, Tie
from jmt.training.sharing.block_sparse import Exponent, block_norm, project_on_l1_ball, shrink_rows
from jmt.training.sharing.distances import anchor_graph, mean_distance_graph, pairwise_graph
from jmt.training.sharing.matrix_normal import MatrixNormal, closed_form, relation_penalty
from jmt.training.sharing.schemes import NONE, SCHEMES, Scheme, build_tie, check_scheme, graph_of
from jmt.training.sharing.task_graph import (
    check_graph,
    cluster_graph,
    complete_graph,
    graph_penalty,
    mean_graph,
    step_along,
)
from jmt.training.sharing.trace_norm import Flatten, nuclear_norm, shrink_singular_values

__all__ = [
    "NONE",
    "SCHEMES",
    "Copies",
    "Exponent",
    "Flatten",
    "MatrixNormal",
    "Scheme",
    "Tie",
    "anchor_graph",
    "block_norm",
    "build_tie",
    "check_graph",
    "check_scheme",
    "closed_form",
    "cluster_graph",
    "complete_graph",
    "graph_of",
    "graph_penalty",
    "mean_distance_graph",
    "mean_graph",
    "nuclear_norm",
    "pairwise_graph",
    "project_on_l1_ball",
    "relation_penalty",
    "shrink_rows",
    "shrink_singular_values",
    "step_along",
]
