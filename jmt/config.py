"""A run's configuration: TOML in, checked values out; an unknown key is an error that names the valid ones."""

from __future__ import annotations

import importlib.resources
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jmt.cascade import ModelConfig, explain
from jmt.data.cards import CorpusSpec
from jmt.document import TOKEN_KEYS
from jmt.encoders.config import BiLSTMConfig, LevelSharing, TransformerConfig
from jmt.errors import ConfigError
from jmt.heads import KINDS
from jmt.training.settings import TrainingSettings
from jmt.training.sharing_settings import SharingSettings
from jmt.training.weighting.refusals import FIXED, check_weighting

ENCODERS: dict[str, type[BiLSTMConfig] | type[TransformerConfig]] = {
    "bilstm": BiLSTMConfig,
    "transformer": TransformerConfig,
}

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What tasks may be called: their names are keys in files and commands."""


class TaskData(BaseModel):
    """The keys of `[task.NAME]` that say what a task is trained on, and how; the model never sees them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpus: str
    """A card's name, a name of `[corpora.NAME]`, or a hub id."""
    batch_size: int | None = Field(default=None, ge=1)
    """Sentences or pairs; unset: `training.batch_size`."""
    batch_tokens: int | None = Field(default=None, ge=1)
    """Most words or pieces in a batch; unset, and without a `batch_size` of its own: `training.batch_tokens`."""
    passes: float = Field(default=1.0, gt=0)
    """How often an epoch goes over the task's corpus: 0.5 is half of it in every epoch, 2 all of it twice."""
    weight: float | None = Field(default=None, gt=0)
    """What the task's loss is multiplied by; unset: 1."""
    clip_norm: float | None = Field(default=None, gt=0)
    """Unset: min(`training.clip_norm`, level)."""
    final_stop: float = Field(default=0.0, ge=0.0, le=1.0)
    """Chance that a sentence of a pair gets a full stop in training where it has none."""


class RunConfig(BaseModel):
    """All that a run needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 1
    model: ModelConfig
    corpora: dict[str, CorpusSpec] = {}
    data: dict[str, TaskData]
    sharing: dict[str, SharingSettings] = {}
    """`levelN` to what keeps its copies alike; how it is split is the model's."""
    training: TrainingSettings = TrainingSettings()

    def to_tables(self) -> dict[str, Any]:
        """Return the configuration as TOML has it, every key spelled out."""
        model = self.model.model_dump(mode="json", exclude_none=True)
        return {
            "language": model["language"],
            "seed": self.seed,
            "encoder": model["encoder"],
            "corpora": {
                name: spec.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
                for name, spec in self.corpora.items()
            },
            "task": {
                name: task | self.data[name].model_dump(mode="json", exclude_none=True)
                for name, task in model["tasks"].items()
            },
            "sharing": {
                name: {**model["sharing"][name], **how.model_dump(mode="json")} for name, how in self.sharing.items()
            },
            "training": self.training.model_dump(mode="json", exclude_none=True),
        }


def read_config(source: str, *, overrides: Sequence[str] = (), tasks: Sequence[str] | None = None) -> RunConfig:
    """Read a file, or a packaged configuration by name; keep a subset of its tasks; set single keys.

    Raises:
        ConfigError: nothing there, broken TOML, an unknown key, or a cascade that cannot be built.
    """
    tables = read_tables(source)
    if tasks is not None:
        tables = keep_tasks(tables, tasks)
    for override in overrides:
        apply_override(tables, override)
    try:
        return build_config(tables)
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None


def read_tables(source: str) -> dict[str, Any]:
    """Read TOML from a path or, by name, from the packaged configurations."""
    packaged = importlib.resources.files("jmt.configs")
    place = Path(source) if Path(source).suffix == ".toml" else packaged / f"{source}.toml"
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        names = sorted(item.name[:-5] for item in packaged.iterdir() if item.name.endswith(".toml"))
        raise ConfigError(
            f"{source}: no such configuration; give the path of a .toml file, or one of {', '.join(names)}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: not readable as TOML: {error}") from None
    except IsADirectoryError:
        raise ConfigError(f"{source}: a configuration is a file, this is a folder") from None


def keep_tasks(tables: Mapping[str, Any], tasks: Sequence[str]) -> dict[str, Any]:
    """Drop all tasks but these, the reads of dropped ones, and the levels that become empty.

    Levels close up (section 6 of Hashimoto et al. 2017: relatedness and entailment alone are two layers); a task is
    put back on a higher one by `--set task.NAME.level=3`, which builds the layers below it without a task.
    """
    given: dict[str, dict[str, Any]] = tables.get("task", {})
    if unknown := [name for name in tasks if name not in given]:
        raise ConfigError(f"--tasks: no task `{unknown[0]}`; there are {', '.join(given)}")
    kept = {name: dict(task) for name, task in given.items() if name in tasks}
    levels = sorted({task.get("level", 1) for task in kept.values()})
    for task in kept.values():
        task["level"] = levels.index(task.get("level", 1)) + 1
        if "reads" in task:
            task["reads"] = [read for read in task["reads"] if read_name(read) in kept]
    training = dict(tables.get("training", {}))
    if metrics := training.get("selection", {}).get("metrics"):
        selected = [metric for metric in metrics if metric.partition(".")[0] in kept]
        training["selection"] = {**training["selection"], "metrics": selected}
    return {**tables, "task": kept, "training": training}


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


def build_config(tables: Mapping[str, Any]) -> RunConfig:
    """Check the tables of a configuration.

    Raises:
        ConfigError: every problem, one a line, each with its key.
    """
    known = ("language", "seed", "encoder", "corpora", "task", "sharing", "training")
    if unknown := [key for key in tables if key not in known]:
        raise ConfigError(f"{unknown[0]}: unknown key; valid keys here: {', '.join(known)}")
    tasks: dict[str, Any] = tables.get("task", {})
    if not isinstance(tasks, Mapping) or not all(isinstance(task, Mapping) for task in tasks.values()):
        raise ConfigError("task: write one table per task, as in [task.xpos]")
    heads: dict[str, Any] = {}
    data: dict[str, TaskData] = {}
    for name, task in tasks.items():
        heads[name], data[name] = split_task(name, task)
    encoder = checked(encoder_table(tables.get("encoder", {})), tables.get("encoder", {}), "encoder")
    corpora = {name: checked(CorpusSpec, spec, f"corpora.{name}") for name, spec in tables.get("corpora", {}).items()}
    training = checked(TrainingSettings, tables.get("training", {}), "training")
    split, ties = split_sharing(tables.get("sharing", {}))
    try:
        model = ModelConfig(language=tables.get("language", "en"), encoder=encoder, tasks=heads, sharing=split)
        config = RunConfig(
            seed=tables.get("seed", 1), model=model, corpora=corpora, data=data, sharing=ties, training=training
        )
    except ValidationError as error:
        raise ConfigError(explain(error, "")) from None
    check_run(config)
    return config


def check_run(config: RunConfig) -> None:
    """Refuse keys that mean nothing beside others, and say what would.

    Raises:
        ConfigError: both sizes of batches, a weight beside learned ones, nothing to freeze.
    """
    check_weighting(config.training)
    if config.training.weighting.upper_bound:
        check_upper_bound(config)
    method = config.training.weighting.method
    for name, data in config.data.items():
        if data.batch_size is not None and data.batch_tokens is not None:
            raise ConfigError(f"task.{name}: batch_tokens takes the place of batch_size: give one of them")
        if data.weight is not None and method not in FIXED:
            raise ConfigError(
                f"task.{name}.weight: training.weighting.method `{method}` weighs tasks itself, which would make up "
                f"for it: drop weight, or take a method that does not: {', '.join(FIXED)}"
            )
    check_named_tasks(config)
    check_ties(config)
    check_subnetworks(config)
    if config.training.freezing.epochs and isinstance(config.model.encoder, BiLSTMConfig):
        raise ConfigError("training.freezing: a `bilstm` has no pretrained encoder to freeze: drop the table")


def check_named_tasks(config: RunConfig) -> None:
    """Refuse schedules that name tasks which are not there, or leave some out.

    Raises:
        ConfigError: naming the key and the tasks.
    """
    there = list(config.model.tasks)
    for schedule in (config.training, *config.training.phase):
        grouped = [task for tasks in schedule.groups for task in tasks]
        for key, named in (("sampling.ratios", schedule.sampling.ratios), ("groups", grouped)):
            if unknown := [task for task in named if task not in there]:
                raise ConfigError(f"training.{key}: there is no task `{unknown[0]}`; tasks here: {', '.join(there)}")
        if grouped and (missing := [task for task in there if task not in grouped]):
            raise ConfigError(
                f"training.groups: {', '.join(missing)}: in no list, and so never trained; put each in one"
            )


def check_subnetworks(config: RunConfig) -> None:
    """Refuse a subnetwork that is not there, naming those that are."""
    body = ["pretrained"] if not isinstance(config.model.encoder, BiLSTMConfig) else []
    stitches = ["stitches"] if any(how.kind == "cross_stitch" for how in config.model.sharing.values()) else []
    levels = [f"level{level}" for level in range(1, config.model.levels + 1)]
    there = ["words", *body, *levels, *stitches, *config.model.tasks]
    if unknown := [name for name in config.training.subnetwork if name not in there]:
        raise ConfigError(
            f"training.subnetwork.{unknown[0]}: no such part of the network; there are {', '.join(there)}"
        )


def check_ties(config: RunConfig) -> None:
    """Refuse ties that name tasks which have no copy of the level, and weightings that need one stream for all.

    Raises:
        ConfigError: naming the key and the tasks that have a copy.
    """
    for name, how in config.sharing.items():
        level = int(name.removeprefix("level"))
        there = [task for task, head in config.model.tasks.items() if head.level >= level]
        named = [task for tasks in how.clusters for task in tasks]
        named += [how.anchor] if how.anchor not in ("pairwise", "mean") else []
        if unknown := [task for task in named if task not in there]:
            raise ConfigError(f"sharing.{name}: `{unknown[0]}` has no copy of this level; {', '.join(there)} have")
        if len(there) < 2:
            raise ConfigError(f"sharing.{name}: `{there[0]}` alone climbs to this level: there is nothing to share")
    if config.sharing and config.training.weighting.upper_bound:
        raise ConfigError(
            "training.weighting.upper_bound: with [sharing] every task has hidden states of its own, and there are "
            "none that all tasks read; set it to false"
        )


def check_upper_bound(config: RunConfig) -> None:
    """Refuse MGDA-UB without hidden states that all tasks share on the same sentences.

    Raises:
        ConfigError: several levels, or several batches in a step, whose gradients never meet at one token.
    """
    instead = "; set training.weighting.upper_bound = false, which takes gradients at the parameters"
    if len(levels := {task.level for task in config.model.tasks.values()}) > 1:
        raise ConfigError(
            f"training.weighting.upper_bound: tasks stand on levels {', '.join(map(str, sorted(levels)))}, and there "
            f"are no hidden states that all of them read: put them on one level{instead}"
        )
    ways = {
        (data.corpus, data.batch_size, data.batch_tokens, data.passes, data.final_stop) for data in config.data.values()
    }
    if len(ways) > 1:
        raise ConfigError(
            "training.weighting.upper_bound: the tasks have batches of their own, and gradients at the hidden states "
            f"of different sentences never conflict: give all tasks one corpus, and batches of one size{instead}"
        )


def encoder_table(values: Mapping[str, Any]) -> type[BiLSTMConfig] | type[TransformerConfig]:
    """Return the table that `encoder.kind` names."""
    kind = values.get("kind", "bilstm")
    if kind not in ENCODERS:
        raise ConfigError(f"encoder.kind = {kind!r}: known kinds are {', '.join(ENCODERS)}")
    return ENCODERS[kind]


def split_task(name: str, task: Mapping[str, Any]) -> tuple[dict[str, Any], TaskData]:
    """Part the keys of a task in those of its head and those of its data."""
    if not NAME.fullmatch(name):
        raise ConfigError(f"task.{name}: a task's name is made of a-z, 0-9 and _, and starts with a letter")
    if name in TOKEN_KEYS:
        taken = ", ".join(sorted(TOKEN_KEYS))
        raise ConfigError(f"task.{name}: this name is a key of tokens in results; taken are {taken}")
    kind = task.get("kind")
    if kind not in KINDS:
        raise ConfigError(f"task.{name}.kind = {kind!r}: known kinds are {', '.join(KINDS)}")
    own = KINDS[kind].Config.model_fields
    if unknown := [key for key in task if key not in own and key not in TaskData.model_fields]:
        valid = ", ".join([*own, *TaskData.model_fields])
        raise ConfigError(f"task.{name}.{unknown[0]}: unknown key; valid keys of a {kind}: {valid}")
    head = {key: value for key, value in task.items() if key in own}
    data = {key: value for key, value in task.items() if key in TaskData.model_fields}
    return head, checked(TaskData, data, f"task.{name}")


def split_sharing(tables: Mapping[str, Any]) -> tuple[dict[str, LevelSharing], dict[str, SharingSettings]]:
    """Part the keys of `[sharing.levelN]` in those of the network and those of training; `hard` is the default."""
    split: dict[str, LevelSharing] = {}
    ties: dict[str, SharingSettings] = {}
    for name, given in tables.items():
        prefix = f"sharing.{name}"
        values = dict(given) if isinstance(given, Mapping) else {}
        if values.get("kind") == "hard":
            if others := [key for key in values if key != "kind"]:
                raise ConfigError(f"{prefix}.{others[0]}: a `hard` level is one for all tasks: drop the key")
            continue
        own = {**LevelSharing.model_fields, **SharingSettings.model_fields}
        if unknown := [key for key in values if key not in own]:
            raise ConfigError(f"{prefix}.{unknown[0]}: unknown key; valid keys here: {', '.join(own)}")
        split[name] = checked(LevelSharing, {k: v for k, v in values.items() if k in LevelSharing.model_fields}, prefix)
        ties[name] = checked(
            SharingSettings, {k: v for k, v in values.items() if k in SharingSettings.model_fields}, prefix
        )
        if split[name].kind == "cross_stitch" and ties[name].reg != "none":
            raise ConfigError(f"{prefix}.reg: columns that stitches mix are not tied: drop reg, or take kind `soft`")
        if split[name].kind == "soft" and split[name] != LevelSharing():
            raise ConfigError(f"{prefix}: `same` and `per_channel` are of kind `cross_stitch`")
    return split, ties


Table = TypeVar("Table", bound=BaseModel)


def checked(table: type[Table], values: Any, prefix: str) -> Table:
    """Validate one table; errors name the key with its whole path."""
    try:
        return table.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, prefix, list(table.model_fields))) from None
