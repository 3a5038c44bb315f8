"""The configuration reference: a table per TOML table, made of the fields of the models that check it."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.generate.docstrings import field_docs
from docs.generate.markdown import table
from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import BiLSTMConfig, LevelSharing, TransformerConfig
from jmt.cascade.kinds import KINDS
from jmt.cascade.task_config import HeadConfig, Read
from jmt.data.cards import CorpusSpec
from jmt.runs.config.run_config import RunConfig, TaskData
from jmt.training.settings.schedule import PhaseSettings, SamplingSettings
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import (
    AnchorSettings,
    DistillationSettings,
    FreezingSettings,
    L2Settings,
    OptimizerSettings,
    SelectionSettings,
    SubnetworkSettings,
    SuccessiveRegularizationSettings,
    TrainingSettings,
    VectorsSettings,
    WeightingSettings,
)
from jmt.training.settings.variations import PairVariations

HEAD = """\
# Configuration

<!-- Written by `python -m docs.generate` from the models that check a configuration; edit their docstrings instead. -->

A run is described by one TOML file. Every key that it may have is on this page.
An unknown key is an error that names the valid ones. Any key can be set from the shell: `--set training.epochs=3`.

`jmt init demo` writes a commented file to start from. `jmt check FILE` says what is wrong with one.
[Train on your own data](../guides/train.md) shows how the parts go together.
"""

TABLES: list[tuple[str, str, list[type[BaseModel]], tuple[str, ...]]] = [
    ("Top level", "Keys outside any table.", [ModelConfig, RunConfig], ("language", "seed")),
    ("`[encoder]`, kind `bilstm`", "One bi-LSTM per level. This is the kind where none is named.", [BiLSTMConfig], ()),
    (
        "`[encoder]`, kind `transformer`",
        "One pretrained encoder. Every level reads one of its layers. "
        "See [Use a transformer](../guides/transformer.md).",
        [TransformerConfig],
        (),
    ),
    (
        "`[task.NAME]`, every kind",
        "A task is a table by name; the name is the key in results and in `metrics.json`. Write tasks lowest first.",
        [HeadConfig, TaskData],
        (),
    ),
    *((f"`[task.NAME]`, kind `{kind}`", "", [known.config], ()) for kind, known in KINDS.items()),
    (
        "`[task.NAME.variations]`",
        "For tasks about pairs. See [Pairs without shortcuts](../guides/pairs.md).",
        [PairVariations],
        (),
    ),
    (
        "An entry of `reads`",
        'A name is enough: `reads = ["xpos"]`. A table says more: `reads = [{ task = "xpos", gradient = "stop" }]`.',
        [Read],
        (),
    ),
    (
        "`[corpora.NAME]`",
        "A corpus of your own. Paths are looked up in the current folder, then in those of "
        "`--corpora`. See [file formats](formats.md).",
        [CorpusSpec],
        (),
    ),
    (
        "`[sharing.levelN]`",
        "A level is one bi-LSTM for all tasks at and above it. This table gives each of them a copy. "
        "See [What tasks share](../concepts/sharing.md).",
        [LevelSharing, SharingSettings],
        (),
    ),
    ("`[training]`", "", [TrainingSettings], ()),
    (
        "`[[training.phase]]`",
        "Schedules that follow each other. Every phase also takes the keys of a schedule from "
        "`[training]`: `schedule`, `sampling`, `replay`, `order`, `groups` and `effective_batch`.",
        [PhaseSettings],
        ("epochs",),
    ),
    ("`[training.sampling]`", "", [SamplingSettings], ()),
    ("`[training.optimizer]`", "", [OptimizerSettings], ()),
    ("`[training.subnetwork.NAME]`", "", [SubnetworkSettings], ()),
    (
        "`[training.l2]`",
        "The term is lambda times the squared norm, so that its gradient is 2 lambda W.",
        [L2Settings],
        (),
    ),
    (
        "`[training.successive_regularization]`",
        "The term is delta times the squared distance from the snapshot.",
        [SuccessiveRegularizationSettings],
        (),
    ),
    (
        "`[training.anchor]`",
        "For `--from`. The pull that keeps training near the model that it starts from. "
        "See [Fine-tune a model](../guides/fine-tune.md).",
        [AnchorSettings],
        (),
    ),
    ("`[training.weighting]`", "See [How tasks are weighed](../concepts/weighting.md).", [WeightingSettings], ()),
    ("`[training.selection]`", "", [SelectionSettings], ()),
    (
        "`[training.vectors]`",
        "`encoder.word_size` and `encoder.ngram_size` must be the sizes of the vectors.",
        [VectorsSettings],
        (),
    ),
    ("`[training.freezing]`", "", [FreezingSettings], ()),
    ("`[training.distillation]`", "See [Distil a small model](../guides/distil.md).", [DistillationSettings], ()),
]
"""Title, words before the table, models whose fields it lists, and which of them (all, where empty)."""

SIMPLE = {str: "text", int: "whole number", float: "number", bool: "true or false"}
BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def configuration_page() -> str:
    """Return the page."""
    sections = [section(*entry) for entry in TABLES]
    return "\n".join([HEAD, *sections])


def section(title: str, about: str, models: list[type[BaseModel]], only: tuple[str, ...]) -> str:
    """Return one TOML table as a heading, a sentence and a table of its keys."""
    shown = inherited_by_kinds(models[0])
    rows = [
        [f"`{name}`", type_of(field), default_of(field), doc]
        for model in models
        for name, field in model.model_fields.items()
        if (name in only or not only) and not (name in shown and doc_of(model, name) == doc_of(HeadConfig, name))
        for doc in [doc_of(model, name)]
    ]
    parts = [f"## {title}", about, table(["Key", "Type", "Default", "Meaning"], rows)]
    return "\n\n".join(part for part in parts if part) + "\n"


def inherited_by_kinds(model: type[BaseModel]) -> set[str]:
    """Return the fields of a kind of head that are those of every kind, and stand in the table before."""
    if model is HeadConfig or not issubclass(model, HeadConfig):
        return set()
    return {
        name
        for name, field in HeadConfig.model_fields.items()
        if name == "kind" or model.model_fields[name].default == field.default
    }


def doc_of(model: type[BaseModel], name: str) -> str:
    """Return the text under a field, of the nearest class that has one; refuse a field without."""
    for owner in model.__mro__:
        if issubclass(owner, BaseModel) and owner is not BaseModel and name in (docs := field_docs(owner)):
            return docs[name]
    raise LookupError(f"{model.__name__}.{name} has no docstring under it: the configuration reference needs one")


def type_of(field: FieldInfo) -> str:
    """Return what a key takes, in words, with its bounds."""
    limits = [*field.metadata, *limits_inside(field.annotation)]
    bounds = [
        f"{sign}\N{NO-BREAK SPACE}{getattr(item, key):g}"
        for item in limits
        for key, sign in BOUNDS.items()
        if hasattr(item, key)
    ]
    return ", ".join([words_for(field.annotation), *bounds])


def limits_inside(annotation: Any) -> Iterator[Any]:
    """Yield the limits of the members of a union, which pydantic leaves where they were written."""
    for member in get_args(annotation):
        for note in getattr(member, "__metadata__", ()):
            yield from note.metadata if isinstance(note, FieldInfo) else [note]


def words_for(annotation: Any) -> str:
    """Return a type in words that a user of TOML knows."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in SIMPLE:
        return SIMPLE[annotation]
    if origin is Literal:
        return " or ".join(f"`{toml(value)}`" for value in inner)
    if origin in (Union, UnionType):
        return " or ".join(words_for(part) for part in inner if part is not NoneType)
    if origin is tuple and Ellipsis not in inner:
        return f"[{', '.join(words_for(part) for part in inner)}]"
    if origin in (tuple, list):
        return f"list of {plural(words_for(inner[0]))}"
    if origin is dict:
        return f"table of {plural(words_for(inner[1]))}"
    if origin is not None:  # Annotated
        return words_for(inner[0])
    if annotation is Read:
        return "name or table"
    return "table"


def plural(words: str) -> str:
    """Return a type as the elements of a list."""
    many = {
        "text": "texts",
        "whole number": "whole numbers",
        "number": "numbers",
        "table": "tables",
        "name or table": "names or tables",
    }
    return many.get(words, words.replace("list of", "lists of"))


def default_of(field: FieldInfo) -> str:
    """Return a default as TOML writes it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None:
        return "unset"
    if isinstance(value, BaseModel):
        return "its defaults"
    return f"`{toml(value)}`"


def toml(value: Any) -> str:
    """Write a value as TOML does."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    return str(value)
