"""All that a run needs, from `[task.NAME]` to `[training]`, and back to TOML."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from jmt.cascade.config import ModelConfig
from jmt.data.cards import CorpusSpec
from jmt.training.batches.task import Role
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import TrainingSettings


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
    role: Role = "main"
    """`aux` helps the main tasks and selects no epoch; `hint`, too, with labels that follow from the words (`column`);
    `adversarial`: its head learns to predict what all below learns to hide."""
    until: int | None = Field(default=None, ge=1)
    """The last epoch in which the task is trained; unset: all of them."""
    reversal: float | None = Field(default=None, gt=0)
    """Of an adversarial task: the largest lambda, which grows to it from zero; unset: 1."""


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
