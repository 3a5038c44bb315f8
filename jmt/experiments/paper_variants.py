"""The paper's ablations as edits of a configuration (Hashimoto et al. 2017, section 6.2 and tables 7 to 11).

An ablation that means nothing for a configuration is left out, with the reason.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from jmt.cascade.kinds import KINDS, MEASURES, metric_of
from jmt.cascade.task_config import HeadConfig
from jmt.errors import ConfigError
from jmt.experiments.comparison import Endpoints, Pair
from jmt.experiments.unknown_words import UNKNOWN
from jmt.experiments.variants import Tables, flat_variant
from jmt.runs.config import build_config, keep_tasks

Edit = Callable[[Tables], dict[str, Tables]]
"""Makes of a configuration, which it may change, the networks of an ablation by name.

Raises ConfigError with the reason where the ablation means nothing.
"""


_CHUNKER = "chunker"
_OF_SENTENCES = ("abc", "all-3")
"""Ablations whose networks have no task about pairs."""


class Ablation(NamedTuple):
    """One row of the paper's tables."""

    paper: str
    """What the paper calls it."""
    does: str
    edit: Edit
    judged_by: str = ""
    """Kind of the task on which the paper sees its largest effect: what the ablation is judged by."""
    of_unknown_words: bool = False
    """Whether by its unknown words alone."""


class Chosen(NamedTuple):
    """The ablations of one configuration."""

    networks: dict[str, dict[str, Tables]]
    """Ablation to its networks by name."""
    left_out: dict[str, str]
    """Ablation to the reason."""


def paper_variants(tables: Mapping[str, Any], names: Collection[str] = ()) -> Chosen:
    """Apply every ablation, or those named beside `all`, to a resolved configuration.

    Raises:
        ConfigError: none means anything here, or there is no such ablation.
    """
    if unknown := [name for name in names if name not in PAPER]:
        raise ConfigError(f"--paper: no `{unknown[0]}`; there are {', '.join(PAPER)}")
    chosen = Chosen({}, {})
    for name, ablation in PAPER.items():
        if names and name not in ("all", *names):
            continue
        try:
            networks = ablation.edit(copy.deepcopy(dict(tables)))
            for changed in networks.values():
                build_config(changed)
        except ConfigError as error:
            chosen.left_out[name] = str(error)
        else:
            chosen.networks[name] = {name if inner == "" else f"{name}-{inner}": of for inner, of in networks.items()}
    if len(chosen.networks) < 2 and not chosen.left_out:
        raise ConfigError(f"--paper: `all` is the configuration itself; name an ablation beside it: {', '.join(PAPER)}")
    if len(chosen.networks) < 2:
        reasons = "\n".join(f"  {name}: {reason}" for name, reason in chosen.left_out.items())
        raise ConfigError(f"--paper: no ablation means anything for this configuration:\n{reasons}")
    return chosen


def whole(tables: Tables) -> dict[str, Tables]:
    """Change nothing."""
    return {"": tables}


def _without_shortcut(tables: Tables) -> dict[str, Tables]:
    """Let only the first level see the words."""
    if not tables["encoder"]["shortcut"]:
        raise ConfigError("encoder.shortcut is false already")
    if _top_level(tables) == 1:
        raise ConfigError("there is one level, which sees the words anyway")
    tables["encoder"]["shortcut"] = False
    return {"": tables}


def _without_labels(tables: Tables) -> dict[str, Tables]:
    """Let no task read the predictions of others."""
    if not any(task["reads"] for task in tables["task"].values()):
        raise ConfigError("no task reads another one's predictions")
    for task in tables["task"].values():
        task["reads"] = []
    return {"": tables}


def _without_shortcut_and_labels(tables: Tables) -> dict[str, Tables]:
    """Leave nothing but the hidden states below to every level above the first."""
    return _without_labels(_without_shortcut(tables)[""])


def _without_regularization(tables: Tables) -> dict[str, Tables]:
    """Hold no task's parameters to what they were before its pass."""
    _check_successive(tables, "there is no task before, whose parameters could be held")
    strengths = tables["training"]["successive_regularization"]
    if not any(strengths.values()):
        raise ConfigError("training.successive_regularization is zero already")
    tables["training"]["successive_regularization"] = dict.fromkeys(strengths, 0.0)
    return {"": tables}


def _without_vertical(tables: Tables) -> dict[str, Tables]:
    """Let no level see the hidden states of the level below."""
    if tables["encoder"]["kind"] != "bilstm":
        raise ConfigError("the layers of a transformer are one stack, whose connections cannot be cut")
    if not tables["encoder"]["vertical"]:
        raise ConfigError("encoder.vertical is false already")
    if _top_level(tables) == 1:
        raise ConfigError("there is one level, and nothing below it")
    tables["encoder"]["vertical"] = False
    return {"": tables}


def _random_order(tables: Tables) -> dict[str, Tables]:
    """Shuffle the passes of every epoch."""
    _check_successive(tables, "there are no passes whose order could be shuffled")
    if len(tables["task"]) < 2:
        raise ConfigError("a single task has one order")
    training = tables["training"]
    passes = [table for table in training["phase"] or [training] if table["schedule"] == "successive"]
    if all(table["order"] == "random" for table in passes):
        raise ConfigError("training.order is `random` already")
    for table in passes:
        table["order"] = "random"
    return {"": tables}


def _words_only(tables: Tables) -> dict[str, Tables]:
    """Drop the character n-grams, and the vectors that they would start from."""
    if tables["encoder"]["kind"] != "bilstm":
        raise ConfigError("a transformer reads word pieces, and so characters, anyway")
    if not tables["encoder"]["ngrams"]:
        raise ConfigError("encoder.ngrams is empty already")
    tables["encoder"]["ngrams"] = []
    tables["training"].get("vectors", {}).pop("ngrams", None)
    return {"": tables}


def _lower_tasks(tables: Tables) -> dict[str, Tables]:
    """Keep the tasks about single sentences, on levels of their own."""
    if len(_sentence_tasks(tables)) == len(tables["task"]):
        raise ConfigError("all tasks are about single sentences, which is `all`")
    if len(_sentence_tasks(tables)) < 2:
        raise ConfigError("fewer than two tasks are about single sentences")
    return {"": only(tables, _sentence_tasks(tables))}


def _on_one_level(tables: Tables) -> dict[str, Tables]:
    """Put the tasks about single sentences on their top level, without shortcuts and label embeddings."""
    names = _sentence_tasks(tables)
    if len({tables["task"][name]["level"] for name in names}) < 2:
        raise ConfigError("the tasks about single sentences are not on different levels")
    changed = flat_variant(only(tables, names))
    changed["encoder"]["shortcut"] = False
    return {"": changed}


def _each_alone(tables: Tables) -> dict[str, Tables]:
    """Train every task by itself, on one level."""
    if len(tables["task"]) < 2:
        raise ConfigError("there is a single task, which is `all`")
    return {name: only(copy.deepcopy(tables), [name]) for name in tables["task"]}


def only(tables: Tables, names: list[str]) -> Tables:
    """Keep these tasks; levels close up, and a transformer's taps with them."""
    levels = sorted({tables["task"][name]["level"] for name in names})
    changed = keep_tasks(tables, names)
    taps = changed["encoder"].get("taps")
    if taps:
        changed["encoder"] = {**changed["encoder"], "taps": [taps[level - 1] for level in levels]}
    return changed


def _sentence_tasks(tables: Mapping[str, Any]) -> list[str]:
    """Return the tasks about single sentences."""
    return [name for name, task in tables["task"].items() if not KINDS[task["kind"]].about_pairs]


def _top_level(tables: Mapping[str, Any]) -> int:
    """Return the highest level that a task is on."""
    return max(int(task["level"]) for task in tables["task"].values())


def _check_successive(tables: Mapping[str, Any], reason: str) -> None:
    """Refuse schedules that mix tasks."""
    training = tables["training"]
    schedules = [phase["schedule"] for phase in training["phase"]] or [training["schedule"]]
    if "successive" not in schedules:
        raise ConfigError(f"under schedule `{'`, `'.join(dict.fromkeys(schedules))}` {reason}")


PAPER: dict[str, Ablation] = {
    "all": Ablation("JMT_all", "the configuration as it is", whole),
    "without-shortcut": Ablation("w/o SC", "only the first level sees the words", _without_shortcut, "pair_regressor"),
    "without-labels": Ablation("w/o LE", "no task reads another one's predictions", _without_labels, "pair_classifier"),
    "without-shortcut-and-labels": Ablation(
        "w/o SC&LE", "neither of the two", _without_shortcut_and_labels, "pair_classifier"
    ),
    "without-regularization": Ablation("w/o SR", "no successive regularisation", _without_regularization, _CHUNKER),
    "without-vertical": Ablation("w/o VC", "no hidden states from the level below", _without_vertical, "parser"),
    "random-order": Ablation(
        "Random", "the order of tasks is shuffled in every epoch", _random_order, "pair_regressor"
    ),
    "words-only": Ablation("Only W", "words without character n-grams", _words_only, "tagger", of_unknown_words=True),
    "abc": Ablation("JMT_ABC", "the tasks about single sentences, on different levels", _lower_tasks, "parser"),
    "all-3": Ablation(
        "All-3", "the same on their top level, without shortcuts and label embeddings", _on_one_level, "parser"
    ),
    "single": Ablation("Single", "each task by itself on one level", _each_alone, "parser"),
}
"""The ablations of Hashimoto et al. 2017, by name, with what the paper's tables 7 to 11 show most; some is little."""

FURTHER = (Pair("abc", "all-3"),)
"""Ablations that are compared with each other, besides `all` with every one."""


def paper_endpoints(tables: Mapping[str, Any], names: Collection[str]) -> Endpoints:
    """Return the one task and metric that each ablation is judged by.

    Where no task is of the kind that the paper saw its effect on, it is the top one that both networks have.
    """
    tasks = build_config(tables).model.tasks
    pairs = [Pair("all", name) for name in names if name != "all"]
    pairs += [pair for pair in FURTHER if set(pair) <= set(names)]
    return {pair: [_endpoint(tasks, pair.second)] for pair in pairs}


def _endpoint(tasks: Mapping[str, HeadConfig], name: str) -> tuple[str, str]:
    """Return what an ablation is judged by."""
    ablation = PAPER[name]
    both = {task: head for task, head in tasks.items() if name not in _OF_SENTENCES or not KINDS[head.kind].about_pairs}
    found = [task for task, head in both.items() if _is_of(head, ablation.judged_by)]
    task = found[0] if found else max(both, key=lambda one: both[one].level)
    metric = MEASURES[metric_of(both[task])].headline
    return task, f"{UNKNOWN} {metric}" if found and ablation.of_unknown_words else metric


def _is_of(head: HeadConfig, kind: str) -> bool:
    """Whether a task is of a kind; chunkers are taggers of spans."""
    if kind == _CHUNKER:
        return metric_of(head) == "spans"
    return head.kind == kind


def describe_variants(chosen: Chosen) -> str:
    """Say in Markdown what each name stands for, and what was left out and why."""
    lines = ["## The networks", "", "By name, with what the paper calls them:", ""]
    lines += [f"- `{name}` ({PAPER[name].paper}): {PAPER[name].does}" for name in chosen.networks]
    if chosen.left_out:
        lines += ["", "Left out, as they mean nothing for this configuration:", ""]
        lines += [f"- `{name}` ({PAPER[name].paper}): {reason}" for name, reason in chosen.left_out.items()]
    return "\n".join(lines) + "\n"
