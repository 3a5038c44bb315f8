"""The cascade as data: tasks from the bottom up, what each reads, and whether that can be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, model_validator

from jmt.cascade.encoder_config import BiLSTMConfig, LevelSharing, TransformerConfig
from jmt.errors import ConfigError
from jmt.network.heads import KINDS
from jmt.network.heads.base import HeadConfig, Read


class ModelConfig(BaseModel):
    """All that a trained cascade is, apart from its symbols and weights."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = "en"
    encoder: Annotated[BiLSTMConfig | TransformerConfig, Field(discriminator="kind")] = BiLSTMConfig()
    tasks: dict[str, SerializeAsAny[HeadConfig]]
    sharing: dict[str, LevelSharing] = {}
    """`levelN` to how its tasks share it; all other levels are one for all tasks."""

    @model_validator(mode="before")
    @classmethod
    def _kinds(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and isinstance(values.get("encoder"), Mapping):
            values = {**values, "encoder": {"kind": "bilstm", **values["encoder"]}}
        if isinstance(values, Mapping) and isinstance(values.get("tasks"), Mapping):
            return {**values, "tasks": {name: _head_config(name, task) for name, task in values["tasks"].items()}}
        return values

    @model_validator(mode="after")
    def _cascade(self) -> ModelConfig:
        check_cascade(self)
        return self

    @property
    def levels(self) -> int:
        """The number of levels; one without a task is still a layer of the network."""
        return max(task.level for task in self.tasks.values())

    @property
    def split_levels(self) -> dict[int, LevelSharing]:
        """Return the levels that have a bi-LSTM per task, lowest first."""
        return dict(sorted((int(name.removeprefix("level")), how) for name, how in self.sharing.items()))

    def tasks_at(self, level: int) -> list[str]:
        """Return the tasks of one level, in the configuration's order."""
        return [name for name, task in self.tasks.items() if task.level == level]

    def reads_at(self, level: int) -> tuple[Read, ...]:
        """Return the token tasks whose label embeddings enter one level's encoder, as the configuration orders them."""
        reads = {read.task: read for task in self.tasks_at(level) for read in self.tasks[task].reads}
        return tuple(reads[name] for name in self.tasks if name in reads and not is_pair(self.tasks[name]))

    def pair_reads(self, task: str) -> tuple[Read, ...]:
        """Return the pair tasks whose label embeddings enter a task's classifier, lowest first."""
        reads = {read.task: read for read in self.tasks[task].reads}
        return tuple(reads[name] for name in self.tasks if name in reads and is_pair(self.tasks[name]))

    def cut_below(self, level: int) -> bool:
        """Tell whether a level's gradient ends there: some edge of its tasks says `stop_input`."""
        reads = (read for task in self.tasks_at(level) for read in self.tasks[task].reads)
        return any(read.gradient == "stop_input" for read in reads)

    def input_dropout(self, level: int) -> float:
        """Return the dropout of words and label embeddings at one level."""
        given = [self.tasks[task].input_dropout for task in self.tasks_at(level)]
        return next((rate for rate in given if rate is not None), self.encoder.input_dropout)

    def serves_pairs(self, level: int) -> bool:
        """Tell whether a level serves pair tasks and no others."""
        tasks = self.tasks_at(level)
        return bool(tasks) and all(is_pair(self.tasks[name]) for name in tasks)

    def below(self, level: int) -> list[int]:
        """Return the lower levels that have to be climbed before a level, lowest first.

        Those are all of them; without vertical connections none; and where pairs are read together, which begins from
        the bottom again, for pairs those of pairs and for single sentences the others.
        """
        encoder, lower = self.encoder, range(1, level)
        if isinstance(encoder, BiLSTMConfig):
            return list(lower) if encoder.vertical else []
        if encoder.pairs == "separate":
            return list(lower)
        return [other for other in lower if self.serves_pairs(other) == self.serves_pairs(level)]

    def needed(self, tasks: Iterable[str]) -> list[str]:
        """Return the tasks whose scores must be computed for these, lowest first: themselves and all they read."""
        wanted = set(tasks)
        climbed: set[int] = set()
        for level in range(max(self.tasks[name].level for name in wanted), 0, -1):
            at_level = [name for name in self.tasks_at(level) if name in wanted]
            if at_level or level in climbed:
                climbed.update(self.below(level))
                wanted.update(read.task for read in self.reads_at(level))
            wanted.update(read.task for name in at_level for read in self.pair_reads(name))
        return sorted(wanted, key=lambda name: (self.tasks[name].level, list(self.tasks).index(name)))

    def levels_of(self, needed: Iterable[str]) -> list[int]:
        """Return the levels to run for these tasks and all they read, lowest first."""
        levels = {self.tasks[name].level for name in needed}
        return sorted(levels.union(*(self.below(level) for level in levels)))


def is_pair(task: HeadConfig) -> bool:
    """Tell whether a task is about pairs of sentences."""
    return KINDS[task.kind].reads_pairs


def _head_config(name: str, task: Any) -> HeadConfig:
    if isinstance(task, HeadConfig):
        return task
    kind = task.get("kind")
    if kind not in KINDS:
        raise ConfigError(f"task.{name}.kind = {kind!r}: known kinds are {', '.join(KINDS)}")
    try:
        return cast(HeadConfig, KINDS[kind].Config.model_validate(task))
    except ValidationError as error:
        raise ConfigError(explain(error, f"task.{name}", list(KINDS[kind].Config.model_fields))) from None


def explain(error: ValidationError, prefix: str, valid_keys: list[str] | None = None) -> str:
    """Turn a validation error into lines that name each key, what was found and what is allowed."""
    lines = []
    for problem in error.errors():
        key = ".".join([prefix, *(str(part) for part in problem["loc"])]).strip(".")
        if problem["type"] == "extra_forbidden":
            allowed = f"; valid keys here: {', '.join(valid_keys)}" if valid_keys else ""
            lines.append(f"{key}: unknown key{allowed}")
        elif problem["type"] == "missing":
            lines.append(f"{key}: this key is required")
        elif problem["type"] == "value_error" and isinstance(problem["input"], Mapping):
            lines.append(
                f"{key}: {problem['msg'].removeprefix('Value error, ')}"
            )  # of a whole table: no need to show it
        else:
            lines.append(f"{key} = {problem['input']!r}: {problem['msg']}")
    return "\n".join(lines)


def check_cascade(config: ModelConfig) -> None:
    """Refuse a cascade that cannot be built, naming the task and what would mend it.

    Raises:
        ConfigError: an unknown or upward read, a token task that reads a pair task, a level without input.
    """
    if not config.tasks:
        raise ConfigError("a cascade needs at least one [task.NAME]")
    for name, task in config.tasks.items():
        for read in task.reads:
            check_read(config, name, read)
    for level in range(1, config.levels + 1):
        check_level(config, level)
    check_sharing(config)


def check_read(config: ModelConfig, name: str, read: Read) -> None:
    """Refuse a read of a task that is not there, not lower, or about pairs where this one is not."""
    task, lower = config.tasks[name], config.tasks.get(read.task)
    if lower is None:
        others = ", ".join(other for other in config.tasks if other != name)
        raise ConfigError(f"task.{name}.reads: there is no task `{read.task}`; tasks here: {others or 'none'}")
    if lower.level >= task.level:
        raise ConfigError(
            f"task.{name}.reads: `{read.task}` is on level {lower.level}, not below `{name}` on level {task.level}; "
            "a task reads lower levels only: raise its level or drop the read"
        )
    if is_pair(lower) and not is_pair(task):
        raise ConfigError(f"task.{name}.reads: `{read.task}` is about pairs, `{name}` about single sentences")


def check_sharing(config: ModelConfig) -> None:
    """Refuse layers to share that are not there, and a transformer, whose layers cannot be split among tasks."""
    levels = [f"level{level}" for level in range(1, config.levels + 1)]
    if unknown := [name for name in config.sharing if name not in levels]:
        raise ConfigError(f"sharing.{unknown[0]}: no such layer; there are {', '.join(levels)}")
    if config.sharing and not isinstance(config.encoder, BiLSTMConfig):
        raise ConfigError(
            "sharing: a level of a transformer is a tap of layers that all levels share, there is nothing to give each "
            "task a copy of: drop the table, or take encoder.kind `bilstm`"
        )


def check_level(config: ModelConfig, level: int) -> None:
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
