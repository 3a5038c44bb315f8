"""The cascade as data: tasks from the bottom up, what each reads, and whether that can be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, SerializeAsAny, ValidationError, field_validator, model_validator

from jmt.cascade.checks import check_cascade
from jmt.cascade.encoder_config import BiLSTMConfig, LevelSharing, TransformerConfig
from jmt.cascade.keys import Keys, explain
from jmt.cascade.kinds import KINDS, is_pair
from jmt.cascade.task_config import HeadConfig, Read, SegmenterConfig
from jmt.errors import ConfigError
from jmt.files.guards.checkpoint import LANGUAGE, NO_LANGUAGE


class ModelConfig(Keys):
    """All that a trained cascade is, apart from its symbols and weights."""

    language: str = "en"
    """Code of the language, two or three letters, such as `en`, `tr` or `grc`; `xx` is none in particular. Where spaCy
    has rules under it, they split raw text; any other code trains all the same."""
    encoder: Annotated[BiLSTMConfig | TransformerConfig, Field(discriminator="kind")] = BiLSTMConfig()
    """The body: what a level's hidden states are made by."""
    tasks: dict[str, SerializeAsAny[HeadConfig]]
    """The tasks by name, lowest first."""
    segmenter: SegmenterConfig | None = None
    """What splits raw text, where that was learned; it stands below the levels, and no task reads it."""
    sharing: dict[str, LevelSharing] = Field(default_factory=dict)
    """`levelN` to how its tasks share it; all other levels are one for all tasks."""

    @field_validator("language")
    @classmethod
    def _is_code(cls, language: str) -> str:
        if not LANGUAGE.fullmatch(language):
            raise ValueError(NO_LANGUAGE)
        return language

    @model_validator(mode="before")
    @classmethod
    def _kinds(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and isinstance(values.get("encoder"), Mapping):
            values = {**values, "encoder": {"kind": "bilstm", **values["encoder"]}}
        if isinstance(values, Mapping) and isinstance(values.get("tasks"), Mapping):
            return {**values, "tasks": {name: head_config(name, task) for name, task in values["tasks"].items()}}
        return values

    @model_validator(mode="after")
    def _cascade(self) -> ModelConfig:
        check_cascade(self)
        return self

    @property
    def named_tasks(self) -> dict[str, HeadConfig | SegmenterConfig]:
        """All that was trained, by name: the segmenter, which is not climbed, and the tasks, lowest first."""
        segmenter = {self.segmenter.name: self.segmenter} if self.segmenter else {}
        return {**segmenter, **self.tasks}

    @property
    def levels(self) -> int:
        """The number of levels; one without a task is still a layer of the network."""
        return max((task.level for task in self.tasks.values()), default=0)

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


def as_stored(model: Any) -> Any:
    """Return the tables of a stored model with keys that came later as the model was then: arguments arc by arc."""
    if not (isinstance(model, Mapping) and isinstance(model.get("tasks"), Mapping)):
        return model
    tasks = {
        name: {"arguments": "any", **task} if isinstance(task, Mapping) and task.get("kind") == "parser" else task
        for name, task in model["tasks"].items()
    }
    return {**model, "tasks": tasks}


def head_config(name: str, task: Any) -> HeadConfig:
    """Read the table of a task; raises ConfigError for an unknown kind and for keys that it does not have."""
    if isinstance(task, HeadConfig):
        return task
    kind = task.get("kind")
    if kind not in KINDS:
        raise ConfigError(f"task.{name}.kind = {kind!r}: known kinds are {', '.join(KINDS)}")
    try:
        return KINDS[kind].config.model_validate(task)
    except ValidationError as error:
        raise ConfigError(explain(error, f"task.{name}", list(KINDS[kind].config.model_fields))) from None
