"""What a cascade cannot be: refused with the task that is wrong and what would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jmt.cascade.encoder_config import BiLSTMConfig, TransformerConfig
from jmt.cascade.kinds import is_pair
from jmt.cascade.task_config import Read
from jmt.errors import ConfigError

if TYPE_CHECKING:
    from jmt.cascade.config import ModelConfig


def check_cascade(config: ModelConfig) -> None:
    """Refuse a cascade that cannot be built, naming the task and what would mend it.

    Raises:
        ConfigError: an unknown or upward read, a token task that reads a pair task, a level without input.
    """
    if not config.tasks and not config.segmenter:
        raise ConfigError("a cascade needs at least one [task.NAME]")
    if config.segmenter and config.segmenter.name in config.tasks:
        raise ConfigError(f"task.{config.segmenter.name}: the segmenter has this name already")
    for name, task in config.tasks.items():
        for read in task.reads:
            _check_read(config, name, read)
    for level in range(1, config.levels + 1):
        _check_level(config, level)
    _check_sharing(config)


def _check_read(config: ModelConfig, name: str, read: Read) -> None:
    """Refuse a read of a task that is not there, not lower, or about pairs where this one is not."""
    task, lower = config.tasks[name], config.tasks.get(read.task)
    if lower is None:
        others = ", ".join(other for other in config.tasks if other != name)
        raise ConfigError(
            f"task.{name}.reads: there is no task `{read.task}`; tasks here: {others or 'none'}, and those of a model "
            "where --from MODEL names one"
        )
    if lower.level >= task.level:
        raise ConfigError(
            f"task.{name}.reads: `{read.task}` is on level {lower.level}, not below `{name}` on level {task.level}; "
            "a task reads lower levels only: raise its level or drop the read"
        )
    if is_pair(lower) and not is_pair(task):
        raise ConfigError(f"task.{name}.reads: `{read.task}` is about pairs, `{name}` about single sentences")


def _check_sharing(config: ModelConfig) -> None:
    """Refuse layers to share that are not there, and a transformer, whose layers cannot be split among tasks."""
    levels = [f"level{level}" for level in range(1, config.levels + 1)]
    if unknown := [name for name in config.sharing if name not in levels]:
        raise ConfigError(f"sharing.{unknown[0]}: no such layer; there are {', '.join(levels)}")
    if config.sharing and not isinstance(config.encoder, BiLSTMConfig):
        raise ConfigError(
            "sharing: a level of a transformer is a tap of layers that all levels share, there is nothing to give each "
            "task a copy of: drop the table, or take encoder.kind `bilstm`"
        )
    for name, how in config.sharing.items():
        if (how.kind == "branches") != bool(how.groups):
            raise ConfigError(f'sharing.{name}: kind = "branches" and groups = [["xpos", "chunk"]] go together')
        climbing = [task for task, head in config.tasks.items() if head.level >= int(name.removeprefix("level"))]
        named = [task for group in how.groups for task in group]
        if unknown := [task for task in named if task not in climbing]:
            raise ConfigError(
                f"sharing.{name}.groups: `{unknown[0]}` does not climb to this level; {', '.join(climbing)} do"
            )
        if twice := [task for task in named if named.count(task) > 1]:
            raise ConfigError(f"sharing.{name}.groups: `{twice[0]}` stands there twice; a task reads one bi-LSTM")
        if not all(how.groups):
            raise ConfigError(f"sharing.{name}.groups: an empty list; name the tasks that share a bi-LSTM")


def _check_level(config: ModelConfig, level: int) -> None:
    """Refuse tasks of one level that disagree about the encoder they share, and a level without input."""
    tasks = config.tasks_at(level)
    rates = {config.tasks[task].input_dropout for task in tasks if config.tasks[task].input_dropout is not None}
    if len(rates) > 1:
        raise ConfigError(f"tasks {', '.join(tasks)} share level {level} and must agree on input_dropout: {rates}")
    gradients: dict[str, str] = {}
    for task in tasks:
        for read in config.tasks[task].reads:
            if gradients.setdefault(read.task, read.gradient) != read.gradient:
                raise ConfigError(
                    f"tasks {', '.join(tasks)} share level {level} and disagree on {read.task}'s gradient"
                )
    encoder = config.encoder
    if config.cut_below(level) and not isinstance(encoder, BiLSTMConfig):
        raise ConfigError(
            f"level {level}: gradient `stop_input` cuts a level off those below it, and the levels of a transformer "
            "share their layers: take `stop`, or encoder.kind `bilstm`"
        )
    if level > 1 and not (encoder.shortcut or config.below(level) or config.reads_at(level)):
        raise ConfigError(
            f"level {level} has no input: set encoder.shortcut or encoder.vertical, or let it read a task"
        )
    if isinstance(encoder, TransformerConfig) and encoder.pairs == "together":
        kinds = {is_pair(config.tasks[task]) for task in tasks}
        if len(kinds) > 1:
            raise ConfigError(
                f"tasks {', '.join(tasks)} share level {level}: where encoder.pairs is `together`, "
                "tasks about pairs need levels of their own"
            )
