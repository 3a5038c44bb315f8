"""What a cascade is compared with: the same tasks all on top of one network, and each task by itself."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping
from typing import Any

from jmt.cascade.kinds import KINDS as TASK_KINDS
from jmt.errors import ConfigError
from jmt.runs.config import forget_corpora, forget_tasks, read_name

Tables = dict[str, Any]
"""A configuration as TOML has it."""

_VARIANTS = {
    "cascade": "the configuration as it is",
    "flat": "the same tasks on the top level of the same network, none reading another's predictions",
    "single": "each task by itself, on its level",
}
"""What is compared, and what each is."""


def variants(tables: Mapping[str, Any], kind: str) -> dict[str, Tables]:
    """Return the networks of a kind by name: one, or for `single` one per task, `single-xpos`.

    Raises:
        ConfigError: a kind that does not exist.
    """
    if kind == "cascade":
        return {kind: copy.deepcopy(dict(tables))}
    if kind == "flat":
        return {kind: flat_variant(tables)}
    if kind == "single":
        return {f"single-{name}": single_variant(tables, name) for name in tables["task"]}
    raise ConfigError(f"--variants: no `{kind}`; there are {', '.join(_VARIANTS)}")


def describe_kinds(kinds: Collection[str]) -> str:
    """Say in Markdown what each of them stands for."""
    lines = [f"- `{kind}`: {text}" for kind, text in _VARIANTS.items() if kind in kinds]
    return "\n".join(["## The networks", "", *lines]) + "\n"


def flat_variant(tables: Mapping[str, Any]) -> Tables:
    """Put all tasks on top of the network, as deep as before, none reading another's predictions.

    Raises:
        ConfigError: a transformer whose configuration does not say which layer is the top one.
    """
    changed = copy.deepcopy(dict(tables))
    encoder, tasks = changed["encoder"], changed["task"]
    top = max(task["level"] for task in tasks.values())
    for task in tasks.values():
        task["level"], task["reads"] = top, []
    if encoder["kind"] == "transformer":
        if not encoder["taps"]:
            raise ConfigError("encoder.taps: name the layer of every level, so that `flat` can put all on the top one")
        encoder["taps"] = [encoder["taps"][-1]] * top
        if encoder["pairs"] == "together":  # pairs climb a stream of their own, to the same layer
            encoder["taps"].append(encoder["taps"][-1])
            for task in tasks.values():
                task["level"] += TASK_KINDS[task["kind"]].about_pairs
    return changed


def single_variant(tables: Mapping[str, Any], name: str) -> Tables:
    """Keep one task on its level, cutting off the network above; the levels below are there, without a task."""
    return subset_variant(tables, [name])


def subset_variant(tables: Mapping[str, Any], names: Collection[str]) -> Tables:
    """Keep some tasks on their levels, with what they read of each other, cutting off the network above them."""
    changed = copy.deepcopy(dict(tables))
    gone = [name for name in changed["task"] if name not in names]
    tasks = changed["task"] = {name: task for name, task in changed["task"].items() if name in names}
    for task in tasks.values():
        task["reads"] = [read for read in task["reads"] if read_name(read) in names]
    if changed["encoder"].get("taps"):
        changed["encoder"]["taps"] = changed["encoder"]["taps"][: max(task["level"] for task in tasks.values())]
    changed["training"] = forget_tasks(changed["training"], gone)
    changed["training"]["selection"]["metrics"] = []
    _cut_levels(changed)
    return forget_corpora(changed, (tables["task"][name] for name in gone))


def _cut_levels(tables: Tables) -> None:
    """Drop what is said about levels that are gone, and about sharing one that a single task is left to climb to."""
    levels = [task["level"] for task in tables["task"].values()]
    parts = tables["training"].get("subnetwork", {})
    for name in [name for name in parts if re.fullmatch(r"level\d+", name) and _number_of(name) > max(levels)]:
        del parts[name]
    shared = tables.get("sharing", {})
    for name in list(shared):
        if sum(level >= _number_of(name) for level in levels) < 2:
            del shared[name]
            continue
        left = [[task for task in group if task in tables["task"]] for group in shared[name].get("groups", [])]
        shared[name]["groups"] = [group for group in left if group]
        if shared[name]["kind"] == "branches" and not shared[name]["groups"]:
            shared[name]["kind"] = "soft"
    if not any(how["kind"] == "cross_stitch" for how in shared.values()):
        parts.pop("stitches", None)


def _number_of(level: str) -> int:
    """Return the number in a level's name."""
    return int(level.removeprefix("level"))
