"""The tables of a configuration to a RunConfig: every key goes to whom it configures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from jmt.cascade.config import ModelConfig, head_config
from jmt.cascade.encoder_config import BiLSTMConfig, LevelSharing, TransformerConfig
from jmt.cascade.keys import explain
from jmt.cascade.kinds import KINDS, SEGMENTER
from jmt.cascade.task_config import SegmenterConfig
from jmt.data.cards import CorpusSpec
from jmt.document import TOKEN_KEYS
from jmt.document.conllu import COMMENT_KEYS
from jmt.errors import ConfigError
from jmt.runs.config.checks import check_run
from jmt.runs.config.run_config import RunConfig, TaskData
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import TrainingSettings
from jmt.training.settings.variations import PairVariations
from jmt.training.sharing import NONE, check_scheme
from jmt.training.starting.merging import merge_configs

_ENCODERS: dict[str, type[BiLSTMConfig] | type[TransformerConfig]] = {
    "bilstm": BiLSTMConfig,
    "transformer": TransformerConfig,
}

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What tasks may be called: their names are keys in files and commands."""


def build_config(tables: Mapping[str, Any], inherited: ModelConfig | None = None) -> RunConfig:
    """Check the tables of a configuration; `inherited` is the model that training starts from.

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
    segmenters: dict[str, SegmenterConfig] = {}
    for name, task in tasks.items():
        if task.get("kind") == SEGMENTER:
            segmenters[name], data[name] = _split_segmenter(name, task)
        else:
            heads[name], data[name] = _split_task(name, task)
    if len(segmenters) > 1:
        raise ConfigError(f"task.{list(segmenters)[1]}: a cascade has one segmenter, `{next(iter(segmenters))}`")
    encoder = checked(_encoder_table(tables.get("encoder", {})), tables.get("encoder", {}), "encoder")
    corpora = _own_corpora(tables.get("corpora", {}), data)
    training = checked(TrainingSettings, tables.get("training", {}), "training")
    split, ties = _split_sharing(tables.get("sharing", {}))
    language, segmenter = tables.get("language", "en"), next(iter(segmenters.values()), None)
    told = {"language": language, "encoder": encoder, "tasks": heads, "segmenter": segmenter, "sharing": split}
    try:
        config = RunConfig(
            seed=tables.get("seed", 1),
            model=_cascade(told, inherited),
            corpora=corpora,
            data=data,
            sharing=ties,
            training=training,
            inherited=inherited,
        )
    except ValidationError as error:
        raise ConfigError(explain(error, "")) from None
    check_run(config)
    return config


def _cascade(told: Mapping[str, Any], inherited: ModelConfig | None) -> ModelConfig:
    """Return the cascade that is to be trained: of its own, or what training makes of a model."""
    if inherited is None:
        return ModelConfig.model_validate(told)
    heads = {name: head_config(name, task) for name, task in told["tasks"].items()}
    return merge_configs(inherited, ModelConfig.model_construct(**{**told, "tasks": heads}))


def _own_corpora(tables: Mapping[str, Any], data: Mapping[str, TaskData]) -> dict[str, CorpusSpec]:
    """Return the corpora of one's own; an empty table is one that is yet to be named, which is well if none needs it.

    Raises:
        ConfigError: a wrong key; or, in one line, all tables that are empty and whose corpus a task learns from.
    """
    empty = [name for name, spec in tables.items() if spec == {}]
    needed = [name for name in empty if any(name in keys.corpora for keys in data.values())]
    if needed:
        tasks = [task for task, keys in data.items() if set(needed) & set(keys.corpora)]
        raise ConfigError(
            f"{', '.join(f'corpora.{name}' for name in needed)}: nothing says where this corpus is: give the `folder` "
            f"of a treebank (`--set corpora.{needed[0]}.folder=DIR`, where DIR holds its *-ud-train.conllu), a "
            "`reader` with the path of each split, or a `hub` id; it is wanted by "
            f"{', '.join(tasks)}: --tasks leaves tasks out"
        )
    return {name: checked(CorpusSpec, spec, f"corpora.{name}") for name, spec in tables.items() if name not in empty}


def _encoder_table(values: Mapping[str, Any]) -> type[BiLSTMConfig] | type[TransformerConfig]:
    """Return the table that `encoder.kind` names."""
    kind = values.get("kind", "bilstm")
    if kind not in _ENCODERS:
        raise ConfigError(f"encoder.kind = {kind!r}: known kinds are {', '.join(_ENCODERS)}")
    return _ENCODERS[kind]


def _check_name(name: str) -> None:
    """Refuse what no task may be called."""
    if not NAME.fullmatch(name):
        raise ConfigError(f"task.{name}: a task's name is made of a-z, 0-9 and _, and starts with a letter")
    if name in TOKEN_KEYS:
        taken = ", ".join(sorted(TOKEN_KEYS))
        raise ConfigError(f"task.{name}: this name is a key of tokens in results; taken are {taken}")


def _split_task(name: str, task: Mapping[str, Any]) -> tuple[dict[str, Any], TaskData]:
    """Part the keys of a task in those of its head and those of its data."""
    _check_name(name)
    kind = task.get("kind")
    if kind not in KINDS:
        raise ConfigError(f"task.{name}.kind = {kind!r}: known kinds are {', '.join([SEGMENTER, *KINDS])}")
    own = KINDS[kind].config.model_fields
    if "final_stop" in task:
        raise ConfigError(f"task.{name}.final_stop: this key stands among the variations: variations.final_stop = ...")
    if unknown := [key for key in task if key not in own and key not in TaskData.model_fields]:
        valid = ", ".join([*own, *TaskData.model_fields])
        raise ConfigError(f"task.{name}.{unknown[0]}: unknown key; valid keys of a {kind}: {valid}")
    if KINDS[kind].about == "sentences" and name in COMMENT_KEYS:
        taken = ", ".join(sorted(COMMENT_KEYS))
        raise ConfigError(f"task.{name}: this name is a key of comments in CoNLL-U; taken are {taken}")
    if "variations" in task:
        checked(PairVariations, task["variations"], f"task.{name}.variations")
    head = {key: value for key, value in task.items() if key in own}
    data = {key: value for key, value in task.items() if key in TaskData.model_fields}
    return head, checked(TaskData, data, f"task.{name}")


def _split_segmenter(name: str, task: Mapping[str, Any]) -> tuple[SegmenterConfig, TaskData]:
    """Part the keys of a segmenter in those of its network and those of its data."""
    _check_name(name)
    own = SegmenterConfig.model_fields.keys() - {"name"}
    if unknown := [key for key in task if key not in own and key not in TaskData.model_fields]:
        valid = ", ".join([*sorted(own), *TaskData.model_fields])
        raise ConfigError(f"task.{name}.{unknown[0]}: unknown key; valid keys of a segmenter: {valid}")
    keys = {key: value for key, value in task.items() if key in own}
    data = {key: value for key, value in task.items() if key in TaskData.model_fields}
    network = checked(SegmenterConfig, {**keys, "name": name}, f"task.{name}")
    return network, checked(TaskData, data, f"task.{name}")


def _split_sharing(tables: Mapping[str, Any]) -> tuple[dict[str, LevelSharing], dict[str, SharingSettings]]:
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
        _check_level_keys(split[name], ties[name], prefix)
    return split, ties


_OF_KIND = {"groups": "branches", "same": "cross_stitch", "per_channel": "cross_stitch", "experts": "experts"}
"""Keys of a split level that one kind alone reads."""


def _check_level_keys(how: LevelSharing, tie: SharingSettings, prefix: str) -> None:
    """Refuse a tie that is not known or on what is mixed, and keys of another kind."""
    check_scheme(tie, prefix)
    if how.kind not in ("soft", "branches") and tie.reg != NONE:
        raise ConfigError(
            f"{prefix}.reg: kind `{how.kind}` mixes, and what is mixed is not tied: drop reg, or take `soft`"
        )
    for key, kind in _OF_KIND.items():
        if how.kind != kind and getattr(how, key) != LevelSharing.model_fields[key].default:
            raise ConfigError(f"{prefix}.{key} is of kind `{kind}`: drop it, or take that kind")


Table = TypeVar("Table", bound=BaseModel)


def checked(table: type[Table], values: Any, prefix: str) -> Table:
    """Validate one table; errors name the key with its whole path."""
    try:
        return table.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, prefix, list(table.model_fields))) from None
