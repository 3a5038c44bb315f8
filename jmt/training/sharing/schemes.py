"""The table of sharing schemes: what may keep the copies of a level alike, where it is from, which keys it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import torch
from torch import Tensor

from jmt.errors import ConfigError
from jmt.training.settings.sharing import SharingSettings
from jmt.training.sharing.base import Copies, Tie
from jmt.training.sharing.block_sparse import SparseTie
from jmt.training.sharing.distances import distance_graph
from jmt.training.sharing.matrix_normal import RelationTie
from jmt.training.sharing.task_graph import GraphTie, check_graph, cluster_graph
from jmt.training.sharing.tensor_normal import TensorTie
from jmt.training.sharing.trace_norm import LowRankTie

NONE = "none"
"""The `reg` of copies that go their own way."""

Build = Callable[[SharingSettings, Sequence[str], Copies], Tie]
"""From the keys of a level, the tasks that have a copy of it, and the copies in their order."""


class Scheme(NamedTuple):
    """One way to keep copies alike."""

    does: str
    """In a few words."""
    paper: str
    keys: tuple[str, ...]
    """Of `[sharing.levelN]`, besides `reg` and `strength`, those that it reads."""
    build: Build


SCHEMES: dict[str, Scheme] = {
    "l2": Scheme(
        "copies lie near each other, near their mean or near one of them",
        "Duong et al. 2015",
        ("anchor",),
        lambda settings, tasks, copies: GraphTie(copies, distance_graph(tasks, settings.anchor)),
    ),
    "trace_norm": Scheme(
        "copies share a few directions",
        "Yang and Hospedales 2017",
        ("flatten",),
        lambda settings, _, copies: LowRankTie(copies, settings.flatten),
    ),
    "block_sparse": Scheme(
        "copies use the same features or none of them",
        "Obozinski et al. 2010",
        ("q",),
        lambda settings, _, copies: SparseTie(copies, settings.q),
    ),
    "task_graph": Scheme(
        "copies lie near those of their cluster",
        "Evgeniou et al. 2005",
        ("clusters", "within", "between", "mean", "graph"),
        lambda settings, tasks, copies: GraphTie(copies, graph_of(tasks, settings)),
    ),
    "matrix_normal": Scheme(
        "copies lie near those that turn out to be related",
        "Zhang and Yeung 2010",
        ("update_every",),
        lambda settings, _, copies: RelationTie(copies, settings.update_every),
    ),
    "tensor_normal": Scheme(
        "the same along every axis: tasks, outputs and inputs",
        "Long et al. 2017 (DRN)",
        ("update_every",),
        lambda settings, _, copies: TensorTie(copies, settings.update_every),
    ),
}
"""A new scheme is a file with its tie, and its line here."""


def graph_of(tasks: Sequence[str], settings: SharingSettings) -> Tensor:
    """Return the graph of `task_graph`, (T, T); tasks that no list of clusters names are a cluster of their own.

    Raises:
        ConfigError: a graph that is given and cannot be a penalty on so many tasks.
    """
    if settings.graph:
        if any(len(row) != len(tasks) for row in settings.graph):
            raise ConfigError(
                f"graph: {len(tasks)} tasks have a copy ({', '.join(tasks)}): as many numbers in each row"
            )
        graph = torch.tensor(settings.graph, dtype=torch.float64)
        check_graph(graph, len(tasks))
        return graph
    place = {task: number for number, members in enumerate(settings.clusters) for task in members}
    return cluster_graph([place.get(task, -1) for task in tasks], settings.within, settings.between, settings.mean)


def check_scheme(settings: SharingSettings, place: str) -> None:
    """Refuse a scheme that is not known, and keys that it does not read; `place` is their table.

    Raises:
        ConfigError: naming the key, and what is known or reads it.
    """
    if settings.reg not in (NONE, *SCHEMES):
        near = get_close_matches(settings.reg, SCHEMES, n=1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        raise ConfigError(f"{place}.reg = {settings.reg!r}: {hint}known are {', '.join((NONE, *SCHEMES))}")
    read = () if settings.reg == NONE else SCHEMES[settings.reg].keys
    for key, field in SharingSettings.model_fields.items():
        if key not in ("reg", "strength", *read) and getattr(settings, key) != field.default:
            readers = ", ".join(name for name, scheme in SCHEMES.items() if key in scheme.keys)
            raise ConfigError(f"{place}.{key} says nothing to reg `{settings.reg}`; it is for {readers}")
    for key in ("clusters", "within", "between", "mean"):
        if settings.graph and getattr(settings, key) != SharingSettings.model_fields[key].default:
            raise ConfigError(f"{place}.{key}: graph says how all tasks lie to each other; drop one of them")


def build_tie(settings: SharingSettings, tasks: Sequence[str], copies: Copies) -> Tie:
    """Build what `[sharing.levelN]` names."""
    return SCHEMES[settings.reg].build(settings, tasks, copies)
