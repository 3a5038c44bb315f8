"""What `[training]` of a run's configuration may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from jmt.training.settings.schedule import PhaseSettings, ScheduleSettings, Settings


class OptimizerSettings(Settings):
    """`[training.optimizer]`: one optimizer for all parameters."""

    kind: Literal["sgd", "adam", "adamw"] = "sgd"
    learning_rate: float = Field(default=1.0, gt=0)
    """epsilon, the rate of the first epoch."""
    decay: float = Field(default=0.3, ge=0)
    """rho of epsilon / (1 + rho (k - 1)), the rate of epoch k."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Of Adam and AdamW."""
    schedule: Literal["epochs", "linear", "cosine", "constant"] = "epochs"
    """The rate of an epoch falls by `decay`; that of a step falls to zero at the last one, on a line or a cosine; or it
    stays."""
    warmup: float = Field(default=0.0, ge=0, lt=1)
    """Share of all steps in which the rate rises from zero; for all but `epochs`."""
    pretrained_scale: float = Field(default=0.1, gt=0)
    """The top layer of a pretrained encoder learns at the rate times this."""
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    """Each layer of a pretrained encoder learns at the rate of the one above it times this, its embeddings slowest."""


class SubnetworkSettings(Settings):
    """`[training.subnetwork.NAME]`: a part of the network that learns in a way of its own."""

    rate: float = Field(default=1.0, gt=0)
    """What the learning rate is multiplied by."""
    l2: float | None = Field(default=None, ge=0)
    """lambda of its weight matrices, instead of that in `[training.l2]`."""
    schedule: Literal["epochs", "linear", "cosine", "constant"] | None = None
    """Instead of that in `[training.optimizer]`."""


class L2Settings(Settings):
    """`[training.l2]`: lambda of lambda ||W||^2, so that the gradient is 2 lambda W."""

    lstm: float = Field(default=1e-6, ge=0)
    """For the weight matrices of the LSTMs."""
    classifiers: float = Field(default=1e-5, ge=0)
    """For the weight matrices of the heads."""
    pretrained: float = Field(default=0.0, ge=0)
    """For the weight matrices of a pretrained encoder."""


class SuccessiveRegularizationSettings(Settings):
    """`[training.successive_regularization]`: delta of delta ||theta - theta'||^2."""

    default: float = Field(default=1e-3, ge=0)
    lower_classifiers: float = Field(default=1e-2, ge=0)
    """For the heads of tasks other than the one being trained."""


class WeightingSettings(Settings):
    """`[training.weighting]`: how the losses of tasks are weighed against each other."""

    method: str = "sum"
    """One of those that `jmt methods` lists."""
    learning_rate: float = Field(default=0.01, gt=0)
    """Of weights that are learned: uncertainty, imtl_l, gradnorm, famo."""
    variant: Literal["kendall", "liebel"] = "kendall"
    """Of uncertainty: whether a task's share may turn negative, or not."""
    likelihoods: dict[str, Literal["softmax", "gaussian", "laplace"]] = Field(default={})
    """Of uncertainty: of tasks whose loss is of another kind than their head says."""
    temperature: float = Field(default=2.0, gt=0)
    """Of dwa: the higher, the more alike the weights."""
    mu: float = Field(default=1.0, gt=0)
    """Of stch: the smaller, the more the worst task counts."""
    alpha: float = Field(default=1.5, ge=0)
    """Of gradnorm: how strongly slow tasks are favoured; 0: all gradients get the same length."""
    first_steps: int = Field(default=10, ge=1)
    """Of gradnorm: steps whose mean losses are those that progress is measured from."""
    normalize: Literal["none", "l2", "loss", "loss+"] = "none"
    """Of mgda: what gradients are divided by where the weights are sought: their length, the loss, or both."""
    upper_bound: bool = False
    """Of mgda: whether the weights are sought from gradients at the hidden states that all tasks share (MGDA-UB)."""
    radius: float = Field(default=0.5, ge=0)
    """Of cagrad: how far from the mean the direction may lie, relative to its length (c)."""
    scope: Literal["joint", "trunk", "block"] = "joint"
    """Of methods on gradients: one answer for all shared parameters; from those that the most tasks share; or one for
    each block of parameters that the same tasks share."""
    heads: Literal["plain", "scaled"] = "plain"
    """Of methods on gradients: whether parameters of one task alone get its gradient as it is, or weighed."""
    rescale: bool = False
    """Of methods on gradients: whether the direction gets the mean length of the gradients."""


class SelectionSettings(Settings):
    """`[training.selection]`: which epoch is the best, and when to stop waiting for a better one."""

    metrics: tuple[str, ...] = ()
    """`task.metric` on dev, averaged (an error such as mse counts negative); empty: the main metric of every task."""
    patience: int | None = Field(default=None, ge=1)
    """Epochs without a better one before training stops; unset, or without a dev split: never."""


class VectorsSettings(Settings):
    """`[training.vectors]`: what the tables of words and n-grams start from."""

    words: str | None = None
    """Folder of `jmt vectors`, or a file of GloVe, word2vec (text, .bin) or fastText (.vec)."""
    ngrams: str | None = None
    """Folder of `jmt vectors train`, or a text file of vectors of character n-grams."""
    extend: bool = True
    """Whether symbols of the files that the corpora lack join the model, so that unseen words have vectors."""
    limit: int = Field(default=50_000, ge=0)
    """Most symbols that join a table, the first of the file."""
    scale: float = Field(default=0.15, gt=0)
    """Root mean square of the vectors of symbols in the corpora, to which all are brought."""
    freeze: bool = False
    """Whether the tables stay as they are."""


class FreezingSettings(Settings):
    """`[training.freezing]`: when a pretrained encoder begins to learn."""

    epochs: int = Field(default=0, ge=0)
    """First epochs in which it is frozen."""
    gradual: bool = False
    """Whether its layers are then freed one an epoch, the top one first, or all at once."""


class DistillationSettings(Settings):
    """`[training.distillation]`: for `jmt distill`."""

    weight: float = Field(default=0.7, gt=0, le=1)
    """Of the teacher's soft labels; gold has the rest, where there is gold."""
    raw_sentences: int = Field(default=20_000, ge=0)
    """Most raw sentences to learn from, of --raw; those of 3 to 60 words count."""
    pairs: int = Field(default=20_000, ge=0)
    """New pairs made of the sentences of the pair corpora."""
    raw_passes: float = Field(default=1.0, gt=0)
    """How often an epoch goes over the raw sentences: 0.1 is a tenth of them, another one in every epoch."""
    pair_passes: float = Field(default=1.0, gt=0)
    """How often an epoch goes over the new pairs."""


class TrainingSettings(ScheduleSettings):
    """`[training]`."""

    phase: tuple[PhaseSettings, ...] = ()
    """Schedules one after the other, each `[[training.phase]]` with its epochs, instead of one for all."""
    seed: int | None = None
    """Of the order of batches and of dropout; unset: that of the run.  Runs that differ in it begin with the same
    weights, which `jmt average` needs."""
    forgetting: bool = False
    """Whether every task is scored on dev after every pass, for the report forgetting.md of the run."""
    epochs: int = Field(default=20, ge=1)
    share: float = Field(default=1.0, gt=0, le=1)
    """Of every corpus's training sentences or pairs, taken evenly from its beginning to its end."""
    batch_size: int = Field(default=25, ge=1)
    """Sentences or pairs, for tasks that do not say."""
    batch_tokens: int | None = Field(default=None, ge=1)
    """Most words (of a transformer: word pieces) in a batch, padding included, instead of `batch_size`; of a pair both
    sentences count."""
    clip_norm: float = Field(default=3.0, gt=0)
    """Gradients are clipped at min(clip_norm, level) by their global norm, for tasks that do not say."""
    checkpoint_seconds: float = Field(default=600.0, gt=0)
    """Seconds of training between checkpoints in `last/`, besides those at the end of every epoch."""
    evaluate_every: int = Field(default=1, ge=1)
    """Epochs between evaluations on dev; the last epoch is always evaluated."""
    threads: int = Field(default=0, ge=0)
    """CPU threads; 0: torch decides.  Runs are repeated bit for bit on the same number."""
    optimizer: OptimizerSettings = OptimizerSettings()
    l2: L2Settings = L2Settings()
    subnetwork: dict[str, SubnetworkSettings] = Field(default={})
    """By name: `words`, `level1` and so on, `pretrained`, or a task (its head and label embedding)."""
    vectors: VectorsSettings | None = None
    successive_regularization: SuccessiveRegularizationSettings = SuccessiveRegularizationSettings()
    weighting: WeightingSettings = WeightingSettings()
    distillation: DistillationSettings | None = None
    freezing: FreezingSettings = FreezingSettings()
    precision: Literal["float32", "bfloat16", "auto"] = "float32"
    """Of forward passes in training; auto: bfloat16 on a GPU that has it."""
    accumulate: int = Field(default=1, ge=1)
    """Parts that a batch is computed in, one after the other, with the gradients added up: less memory, the same
    update."""
    selection: SelectionSettings = SelectionSettings()

    @model_validator(mode="before")
    @classmethod
    def _epochs_of_phases(cls, values: Any) -> Any:
        """Count the epochs of the phases, where there are any."""
        if not isinstance(values, Mapping) or not values.get("phase") or "epochs" in values:
            return values
        phases = [phase if isinstance(phase, Mapping) else phase.model_dump() for phase in values["phase"]]
        epochs = [phase.get("epochs") for phase in phases]
        return {**values, "epochs": sum(epochs)} if all(isinstance(count, int) for count in epochs) else values

    @property
    def schedules(self) -> set[str]:
        """Return the schedules that training goes by."""
        return {phase.schedule for phase in self.phase} or {self.schedule}

    @model_validator(mode="after")
    def _phases_mean_something(self) -> TrainingSettings:
        if not self.phase:
            return self
        plain = ScheduleSettings()
        for key in ScheduleSettings.model_fields:
            if getattr(self, key) != getattr(plain, key):
                raise ValueError(f"{key}: with [[training.phase]] each phase has its own; move it there")
        if self.epochs != sum(phase.epochs for phase in self.phase):
            raise ValueError("epochs: with [[training.phase]] it is the sum of theirs; drop it")
        return self

    @model_validator(mode="after")
    def _keys_mean_something(self) -> TrainingSettings:
        names = " and ".join(f"`{name}`" for name in sorted(self.schedules))
        successive = "successive" in self.schedules
        if not successive and self.successive_regularization != SuccessiveRegularizationSettings():
            raise ValueError(
                f"successive_regularization holds what the task before has learned, and schedule {names} has no task "
                "before: drop the table, or take schedule `successive`"
            )
        if successive and self.distillation is not None:
            raise ValueError("a teacher teaches all tasks at once: distillation needs schedule `sampled` or `joint`")
        if self.optimizer.warmup and self.optimizer.schedule == "epochs":
            raise ValueError(
                "optimizer.warmup needs optimizer.schedule `linear` or `cosine` or `constant`, which count steps"
            )
        if self.optimizer.schedule != "epochs" and self.optimizer.decay != OptimizerSettings().decay:
            raise ValueError(
                f"optimizer.schedule `{self.optimizer.schedule}` "
                f"{'keeps the rate' if self.optimizer.schedule == 'constant' else 'lets the rate fall to zero'}: "
                "drop decay, or take `epochs`"
            )
        if self.freezing.gradual and not self.freezing.epochs:
            raise ValueError("freezing.gradual frees layers after freezing.epochs, which is 0: set it to 1 or more")
        return self

    @model_validator(mode="after")
    def _pull_is_stable(self) -> TrainingSettings:
        strongest = max(self.successive_regularization.default, self.successive_regularization.lower_classifiers)
        if "successive" in self.schedules and 2 * self.optimizer.learning_rate * strongest > 1:
            raise ValueError(
                "2 * optimizer.learning_rate * delta must not exceed 1, or a step would overshoot its anchor: "
                "lower successive_regularization or the learning rate"
            )
        return self
