"""All that a run needs, from `[task.NAME]` to `[training]`, and back to TOML."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from jmt.cascade.config import ModelConfig
from jmt.cascade.keys import Keys
from jmt.cascade.task_config import HeadConfig, SegmenterConfig
from jmt.data.cards import CorpusSpec
from jmt.data.unions.names import joined_name
from jmt.training.batches.task import Role
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import TrainingSettings
from jmt.training.settings.variations import PairVariations


class TaskData(Keys):
    """The keys of `[task.NAME]` that say what a task is trained on, and how; the model never sees them."""

    corpus: str | tuple[str, ...]
    """Name of a card, a name of `[corpora.NAME]`, or a hub id; or several, `["ewt", "gum"]`, which the task learns from
    together and is scored on together and apart. One that is named twice is learned from twice as often."""
    corpus_shares: tuple[float, ...] | None = None
    """How much of an epoch each of several corpora is, in their order; `[1, 1]` is half and half. An epoch keeps its
    length, so that some of a large corpus waits for the next one and a small one comes round again. Unset: all
    examples of all corpora, once an epoch."""
    batch_size: int | None = Field(default=None, ge=1)
    """Number of sentences or pairs in a batch; unset: `training.batch_size`."""
    batch_tokens: int | None = Field(default=None, ge=1)
    """Largest number of words or pieces in a batch; unset, and without a `batch_size` of its own:
    `training.batch_tokens`."""
    passes: float = Field(default=1.0, gt=0)
    """Passes over the task's corpus in an epoch: 0.5 is half of it, another half in every epoch; 2 is all of it
    twice."""
    weight: float | None = Field(default=None, gt=0)
    """Factor of the task's loss; unset: 1."""
    clip_norm: float | None = Field(default=None, gt=0)
    """Largest global norm of the gradients in the task's steps; unset: min(`training.clip_norm`, level)."""
    rare_tokens: float | None = Field(default=None, ge=0.0, le=1.0)
    """`segmenter` only. How much of what users write and treebanks seldom hold (hosts with capitals, abbreviations,
    hashtags, emoji, `dont`) is put into its training data: 1 is some in a hundred words; unset: none."""
    variations: PairVariations | None = None
    """Tasks about pairs only. How pairs are varied in training, a table of its own; unset: not at all."""
    role: Role = "main"
    """What the task is there for. `main`: its own sake. `aux`: it helps the main tasks and selects no epoch. `hint`:
    the same, with labels that follow from the words (`column`). `adversarial`: its head learns to predict what all
    below learns to hide."""
    optional: bool = False
    """Whether the task is left out, and said to be, where its column is not in the training data or has no value there:
    treebanks lack columns. What reads it then does without; levels close up."""
    until: int | None = Field(default=None, ge=1)
    """Last epoch in which the task is trained; unset: all of them."""
    shuffled: bool = False
    """Whether its training labels are dealt out anew, those of words among sentences of one length: a placebo, which
    brings what a task brings but its labels."""
    reversal: float | None = Field(default=None, gt=0)
    """`adversarial` only. Largest strength lambda of the reversed gradient, which grows to it from zero; unset: 1."""

    @property
    def corpora(self) -> tuple[str, ...]:
        """The names of its corpora, one or several."""
        return (self.corpus,) if isinstance(self.corpus, str) else self.corpus

    @property
    def corpora_named(self) -> str:
        """Its corpora in one word, each of them once: `ewt+gum`."""
        return joined_name(self.corpora)

    @property
    def is_united(self) -> bool:
        """Whether it learns from more than one corpus."""
        return len(set(self.corpora)) > 1


class RunConfig(Keys):
    """All that a run needs."""

    seed: int = 1
    """Seed of everything random in the run: first weights, order of batches, dropout."""
    model: ModelConfig
    """What the trained cascade is."""
    corpora: dict[str, CorpusSpec] = Field(default_factory=dict)
    """Corpora of one's own, by name."""
    data: dict[str, TaskData]
    """What each task is trained on, and how, by its name."""
    sharing: dict[str, SharingSettings] = Field(default_factory=dict)
    """`levelN` to what keeps its copies alike; how it is split is the model's."""
    training: TrainingSettings = TrainingSettings()
    """How the cascade is trained."""
    inherited: ModelConfig | None = None
    """The model that training starts from, where there is one; `model` has its tasks, too."""

    @property
    def trained(self) -> dict[str, HeadConfig]:
        """The tasks that are trained, lowest first: all but those that `model` has from where training starts."""
        return {name: task for name, task in self.model.tasks.items() if name in self.data}

    @property
    def segmenter(self) -> SegmenterConfig | None:
        """The segmenter, where one is trained."""
        segmenter = self.model.segmenter
        return segmenter if segmenter is not None and segmenter.name in self.data else None

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
                for name, task in (_segmenter_table(model) | model["tasks"]).items()
                if name in self.data
            },
            "sharing": {
                name: {**model["sharing"][name], **how.model_dump(mode="json")} for name, how in self.sharing.items()
            },
            "training": self.training.model_dump(mode="json", exclude_none=True),
        }


def _segmenter_table(model: dict[str, Any]) -> dict[str, Any]:
    """Return the segmenter as a task by its name, where there is one."""
    if "segmenter" not in model:
        return {}
    keys = dict(model["segmenter"])
    return {keys.pop("name"): keys}
