"""A configuration from a file or by name, with a subset of its tasks and single keys set."""

from __future__ import annotations

import importlib.resources
import os
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import find_checkpoint
from jmt.cascade.checkpoint import read_config as read_model_config
from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import SEGMENTER
from jmt.errors import ConfigError, InputError
from jmt.files.whole_file import read_whole
from jmt.formats.text import likely_encoding
from jmt.runs.config.building import build_config
from jmt.runs.config.inheriting import inherit
from jmt.runs.config.run_config import RunConfig

MOST_BYTES = 2**20
"""Of a configuration; ours have some thousand."""


def read_config(
    source: str,
    *,
    overrides: Sequence[str] = (),
    tasks: Sequence[str] | None = None,
    start_from: str | None = None,
) -> RunConfig:
    """Read a file, or a packaged configuration by name; keep a subset of its tasks; set single keys.

    What it leaves out of the network is as in the model to start from, where there is one.

    Raises:
        ConfigError: nothing there, broken TOML, an unknown key, or a cascade that cannot be built.
        CheckpointError: no readable model to start from.
    """
    tables = read_tables(source)
    inherited = read_model_config(find_checkpoint(start_from)) if start_from is not None else None
    if inherited is not None:
        tables = inherit(tables, inherited)
    if tasks is not None:
        tables = keep_tasks(tables, tasks, inherited)
    for override in overrides:
        apply_override(tables, override)
    try:
        config = build_config(tables, inherited)
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None
    corpora = {name: spec.beside(Path(source).parent) for name, spec in config.corpora.items()}
    return config.model_copy(update={"corpora": corpora})


def read_tables(source: str) -> dict[str, Any]:
    """Read TOML from a path or, by name, from the packaged configurations."""
    packaged = importlib.resources.files("jmt.configs")
    is_path = source.endswith(".toml") or os.sep in source
    place = Path(source) if is_path else Path(str(packaged / f"{source}.toml"))
    try:
        return tomllib.loads(read_whole(place, MOST_BYTES).decode("utf-8").replace("\r\n", "\n"))
    except FileNotFoundError:
        if Path(source).is_dir():
            raise ConfigError(f"{source}: this is a folder; name a .toml file in it") from None
        names = sorted(item.name[:-5] for item in packaged.iterdir() if item.name.endswith(".toml"))
        raise ConfigError(
            f"{source}: no such configuration; give the path of a .toml file, or one of {', '.join(names)}"
        ) from None
    except UnicodeDecodeError as error:
        encoding = likely_encoding(error.object) or "no text"
        raise ConfigError(f"{source}: not UTF-8, as TOML is, but most likely {encoding}: save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: not readable as TOML: {error}") from None
    except InputError as error:
        raise ConfigError(f"a configuration is a file of TOML: {error}") from None


def keep_tasks(tables: Mapping[str, Any], tasks: Sequence[str], inherited: ModelConfig | None = None) -> dict[str, Any]:
    """Drop all tasks but these, the reads of dropped ones, and the levels that become empty.

    Levels close up (section 6 of Hashimoto et al. 2017: relatedness and entailment alone are two layers); a task is
    put back on a higher one by `--set task.NAME.level=3`, which builds the layers below it without a task.  Where
    training starts from a model, its tasks stay on their levels and can be read, and no level closes up.
    """
    given: dict[str, dict[str, Any]] = tables.get("task", {})
    if unknown := [name for name in tasks if name not in given]:
        raise ConfigError(f"--tasks: no task `{unknown[0]}`; there are {', '.join(given)}")
    kept = {name: dict(task) for name, task in given.items() if name in tasks}
    climbed = {name: task for name, task in kept.items() if task.get("kind") != SEGMENTER}
    levels = sorted({task.get("level", 1) for task in climbed.values()})
    there = inherited.tasks if inherited else {}
    for name, task in climbed.items():
        if inherited is None:
            task["level"] = levels.index(task.get("level", 1)) + 1
        elif name in there:
            task["level"] = there[name].level
        if "reads" in task:
            task["reads"] = [read for read in task["reads"] if read_name(read) in kept or read_name(read) in there]
    dropped = [name for name in given if name not in kept]
    training = forget_tasks(tables.get("training", {}), dropped)
    tables = {**tables, "task": kept, "training": training}
    return tables if inherited else forget_corpora(tables, (given[name] for name in dropped))


def _corpora_of(tasks: Iterable[Any]) -> set[str]:
    """Return the corpora that tasks name."""
    named = [task.get("corpus") for task in tasks if isinstance(task, Mapping)]
    listed = [corpora if isinstance(corpora, list) else [corpora] for corpora in named]
    return {name for corpora in listed for name in corpora if isinstance(name, str)}


def forget_corpora(tables: dict[str, Any], dropped: Iterable[Any]) -> dict[str, Any]:
    """Take corpora of dropped tasks that no task names any more out of those that have a vector."""
    gone = _corpora_of(dropped) - _corpora_of(tables["task"].values())
    encoder = tables.get("encoder")
    vectors = encoder.get("corpus_vectors") if isinstance(encoder, Mapping) else None
    if not isinstance(encoder, Mapping) or not isinstance(vectors, list):
        return tables
    return {**tables, "encoder": {**encoder, "corpus_vectors": [name for name in vectors if name not in gone]}}


def forget_tasks(training: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """Take tasks out of all keys of `[training]` and its phases that name tasks."""
    kept = dict(training)
    if metrics := kept.get("selection", {}).get("metrics"):
        selected = [metric for metric in metrics if metric.partition(".")[0] not in gone]
        kept["selection"] = {**kept["selection"], "metrics": selected}
    if groups := kept.get("groups"):
        left = [[task for task in group if task not in gone] for group in groups]
        kept["groups"] = [group for group in left if group]
    for table, key in (("sampling", "ratios"), ("weighting", "likelihoods")):
        if named := kept.get(table, {}).get(key):
            kept[table] = {**kept[table], key: {task: value for task, value in named.items() if task not in gone}}
    if kept.get("sampling", {}).get("by") == "ratio" and not kept["sampling"].get("ratios"):
        kept["sampling"] = {key: value for key, value in kept["sampling"].items() if key not in ("by", "ratios")}
    if parts := kept.get("subnetwork"):
        kept["subnetwork"] = {name: part for name, part in parts.items() if name not in gone}
    if phases := kept.get("phase"):
        kept["phase"] = [forget_tasks(phase, gone) for phase in phases]
    return kept


def read_name(read: Any) -> Any:
    """Return the task that an entry of `reads` names."""
    return read.get("task") if isinstance(read, Mapping) else read


def apply_override(tables: dict[str, Any], override: str) -> None:
    """Set one key, `training.epochs=3`; the value is TOML, or plain text where it is not."""
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {override}: write KEY=VALUE, as in training.epochs=3")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *path, last = key.strip().split(".")
    table = tables
    for part in path:
        inner = table.setdefault(part, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"--set {override}: `{part}` is a value, not a table")
        table = inner
    table[last] = value
