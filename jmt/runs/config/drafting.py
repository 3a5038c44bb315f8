"""A configuration drafted for a trained model: it fits as it stands, and its corpora are to be named."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from jmt.cascade.checkpoint import find_checkpoint, read_card
from jmt.cascade.checkpoint import read_config as read_model_config
from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import TransformerConfig
from jmt.cascade.kinds import is_pair
from jmt.cascade.task_config import HeadConfig, Read
from jmt.errors import ConfigError
from jmt.safety.printable import on_one_line
from jmt.training.settings.training import AnchorSettings

_COMMENTS_FROM = 33
"""Column that comments stand in."""

_SHOWN = frozenset({"kind", "level", "reads", "column", "classifier_size", "dropout", "score_range"})
"""Keys of a task that are written even where they have their default value."""

_HEAD = """\
# Goes on from {model}: the tasks that it has, on data of your own.  Name your corpora below; then
#   jmt check {file}
#   jmt train {file} --from {model} --output runs/NAME
# Language, encoder and tasks fit the model as they stand.  A key that is left out is as it is in the model.  A task
# whose table is taken out stays in the new model with the head that it has; --tasks LIST does the same for one run.
# Tasks of other names are new: they stand on a level of the model or above, and may read its tasks.
"""

_SENTENCES = """
[corpora.{name}]
# To be named: your sentences, with a column for each task that is to learn from them.  One of these:
# folder = "DIR"                 # a treebank: *-ud-train.conllu and, if there is one, *-ud-dev.conllu
# train = "train.conllu"         # or single files; a table (train.csv) names its text or tokens, and its labels
# dev = "dev.conllu"             # picks the best epoch; without it, the last one is the model
"""

_PAIRS = """
[corpora.{name}]
# To be named: your pairs of sentences.  Without any, take out the tasks that want them, or leave them out by --tasks.
# train = "train.tsv"            # a table with a header: first, second, relatedness, entailment
# dev = "dev.tsv"
"""

_TRAINING = """
[training]                       # small steps, and few: a small corpus has little to teach, and much to make forget
schedule = "sampled"             # one forward pass serves all tasks of a corpus
epochs = 10
batch_size = 16

[training.optimizer]
kind = "adam"
schedule = "linear"              # the rate falls to zero
warmup = 0.1
learning_rate = 5e-4             # training from nothing takes about 2e-3
{pretrained}
[training.anchor]                # delta of the pull to the model: larger keeps more of it, and learns less that is new
default = {anchor.default}
untrained = {anchor.untrained}                 # of the heads of tasks that are in the model and not here
"""

_PRETRAINED = """\
pretrained_scale = 0.1           # the encoder's top layer learns at a tenth of that
layer_decay = 0.85               # and each layer below at .85 of the one above
"""


def draft_config(model: str, *, file: str, tasks: Collection[str] | None = None) -> str:
    """Return a commented configuration that goes on from a model; `tasks` are those that it trains, left out: all.

    Raises:
        CheckpointError: no readable model; ConfigError: a task that it does not have.
    """
    place = find_checkpoint(model)
    config, card = read_model_config(place), read_card(place)
    if unknown := [task for task in tasks or () if task not in config.named_tasks]:
        raise ConfigError(
            f"--tasks: {model} has no task `{unknown[0]}`; it has {', '.join(config.named_tasks)}; a new one is a "
            f"table [task.{unknown[0]}] that you write: name here the tasks of the model that shall learn, too"
        )
    heads = {name: head for name, head in config.tasks.items() if tasks is None or name in tasks}
    taken = {*card.get("corpora", {}).values(), *card.get("own_corpora", {})}
    names = {pairs: _free_name("my_pairs" if pairs else "mine", taken) for pairs in (False, True)}
    splits_text = config.segmenter is not None and (tasks is None or config.segmenter.name in tasks)
    parts = [_HEAD.format(model=on_one_line(model), file=on_one_line(file))]
    parts += [f"\nlanguage = {_value(config.language)}\nseed = 1\n"]
    if splits_text or not all(map(is_pair, heads.values())):
        parts.append(_SENTENCES.format(name=names[False]))
    if any(map(is_pair, heads.values())):
        parts.append(_PAIRS.format(name=names[True]))
    parts.append("\n" + "\n".join(_encoder(config)) + "\n")
    if splits_text:
        is_asked = tasks is not None or not heads
        parts.append("\n" + "\n".join(_segmenter(config, names[False], card, hidden=not is_asked)) + "\n")
    for name, head in heads.items():
        parts.append("\n" + "\n".join(_task(name, head, names[is_pair(head)], card)) + "\n")
    parts += [f"\n{table}" for table in _sharing(config)]
    parts.append(_training(config))
    return "".join(parts)


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that the model does not remember another corpus by."""
    numbered = (f"{name}{number}" for number in range(2, len(taken) + 3))
    return next(free for free in (name, *numbered) if free not in taken)


def _encoder(config: ModelConfig) -> Iterator[str]:
    yield _with("[encoder]", "as in the model, which brings its weights")
    for key, value in config.encoder.model_dump(mode="json", exclude_none=True).items():
        note = "where its encoder once came from: nothing is fetched" if key == "pretrained" else None
        yield _with(f"{key} = {_value(value)}", note)


def _segmenter(config: ModelConfig, corpus: str, card: Mapping[str, Any], *, hidden: bool) -> Iterator[str]:
    """Yield the table of the segmenter, as comments where training it has to be asked for."""
    assert config.segmenter is not None
    mark = ""
    if hidden:
        yield "# Raw text is split as before.  To train that, too, on a treebank with its text, take the marks away:"
        mark = "# "
    name = config.segmenter.name
    yield mark + _with(f"[task.{_key(name)}]", _learned(name, card))
    for key, value in config.segmenter.model_dump(mode="json", exclude_none=True).items():
        if key != "name":
            yield f"{mark}{key} = {_value(value)}"
        if key == "level":
            yield f"{mark}corpus = {_value(corpus)}"


def _task(name: str, head: HeadConfig, corpus: str, card: Mapping[str, Any]) -> Iterator[str]:
    said = _said(head)
    yield _with(f"[task.{_key(name)}]", _learned(name, card))
    for key in ("kind", "level"):
        yield f"{key} = {_value(said.pop(key))}"
    yield f"corpus = {_value(corpus)}"
    yield _with("optional = true", "left out where your corpus has no such column")
    for key, value in said.items():
        yield f"{key} = {_reads(head.reads) if key == 'reads' else _value(value)}"


def _said(table: BaseModel) -> dict[str, Any]:
    """Return the keys of a table that are not what they are by default, and some that are."""
    values: dict[str, Any] = table.model_dump(mode="json", exclude_none=True)
    fields = type(table).model_fields
    plain = {key: field.get_default(call_default_factory=True) for key, field in fields.items()}
    plain |= {key: list(value) for key, value in plain.items() if isinstance(value, tuple)}  # as JSON has them
    return {
        key: value
        for key, value in values.items()
        if (key in _SHOWN or value != plain[key]) and not (key == "reads" and not value)
    }


def _sharing(config: ModelConfig) -> Iterator[str]:
    for level, how in config.sharing.items():
        keys = [f"{key} = {_value(value)}" for key, value in {**_said(how), "kind": how.kind}.items()]
        yield "\n".join([f"[sharing.{level}]", *sorted(keys)]) + "\n"


def _training(config: ModelConfig) -> str:
    is_transformer = isinstance(config.encoder, TransformerConfig)
    return _TRAINING.format(anchor=AnchorSettings(), pretrained=_PRETRAINED if is_transformer else "")


def _learned(name: str, card: Mapping[str, Any]) -> str:
    """Say what a task has learned from, as far as the model remembers."""
    corpus = card.get("corpora", {}).get(name)
    return f"has learned from {on_one_line(corpus)}" if corpus else "the model does not say what it has learned from"


def _with(line: str, note: str | None) -> str:
    """Return a line with a comment behind it."""
    return f"{line:<{_COMMENTS_FROM - 1}} # {note}" if note else line


def _reads(reads: Sequence[Read]) -> str:
    told = [
        _value(read.task)
        if read.gradient == "flow"
        else f'{{ task = {_value(read.task)}, gradient = "{read.gradient}" }}'
        for read in reads
    ]
    return f"[{', '.join(told)}]"


def _value(value: Any) -> str:
    """Write a string, a number, or a list of them as TOML, which is as JSON has it but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)
