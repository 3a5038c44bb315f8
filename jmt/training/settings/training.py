"""What `[training]` of a run's configuration may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from jmt.cascade.keys import Keys
from jmt.data.unions.leaks import Leaks
from jmt.training.settings.schedule import PhaseSettings, ScheduleSettings


class OptimizerSettings(Keys):
    """`[training.optimizer]`: one optimizer for all parameters."""

    kind: Literal["sgd", "adam", "adamw"] = "sgd"
    """Update rule; one optimizer serves all parameters."""
    learning_rate: float = Field(default=1.0, gt=0)
    """Learning rate epsilon of the first epoch."""
    decay: float = Field(default=0.3, ge=0)
    """`epochs` only. Rate rho of the decay: epoch k learns at epsilon / (1 + rho (k - 1))."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Adam and AdamW only. Decay rates of the running means of the gradient and of its square."""
    schedule: Literal["epochs", "linear", "cosine", "constant"] = "epochs"
    """How the rate changes. `epochs`: it falls after every epoch, by `decay`. `linear` and `cosine`: it falls after
    every step, to zero at the last one. `constant`: it stays."""
    warmup: float = Field(default=0.0, ge=0, lt=1)
    """Share of all steps in which the rate rises from zero; for every `schedule` but `epochs`."""
    pretrained_scale: float = Field(default=0.1, gt=0)
    """Factor of the learning rate for the top layer of a pretrained encoder."""
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    """Factor of the learning rate from one layer of a pretrained encoder to the next below; the embeddings learn
    slowest."""


class SubnetworkSettings(Keys):
    """`[training.subnetwork.NAME]`: a part of the network that learns in a way of its own."""

    rate: float = Field(default=1.0, gt=0)
    """Factor of the learning rate for this part."""
    l2: float | None = Field(default=None, ge=0)
    """Weight decay lambda of this part's weight matrices; unset: that of `[training.l2]`."""
    schedule: Literal["epochs", "linear", "cosine", "constant"] | None = None
    """How this part's rate changes; unset: as `[training.optimizer]` says."""


class L2Settings(Keys):
    """`[training.l2]`: lambda of lambda ||W||^2, so that the gradient is 2 lambda W."""

    lstm: float = Field(default=1e-6, ge=0)
    """Weight decay lambda of the LSTMs' weight matrices."""
    classifiers: float = Field(default=1e-5, ge=0)
    """Weight decay lambda of the heads' weight matrices."""
    pretrained: float = Field(default=0.0, ge=0)
    """Weight decay lambda of a pretrained encoder's weight matrices."""


class SuccessiveRegularizationSettings(Keys):
    """`[training.successive_regularization]`: delta of delta ||theta - theta'||^2."""

    default: float = Field(default=1e-3, ge=0)
    """Strength delta of the pull on all parameters but those that `lower_classifiers` is about."""
    lower_classifiers: float = Field(default=1e-2, ge=0)
    """Strength delta of the pull on the heads of tasks other than the one being trained."""


class AnchorSettings(Keys):
    """`[training.anchor]`: delta of delta ||theta - theta'||^2, theta' being the model that `--from` names."""

    default: float = Field(default=50.0, ge=0)
    """Strength delta of the pull on all parameters but those that `untrained` is about."""
    untrained: float = Field(default=50.0, ge=0)
    """Strength delta of the pull on the heads of tasks that the model has and the configuration leaves out."""


class WeightingSettings(Keys):
    """`[training.weighting]`: how the losses of tasks are weighed against each other."""

    method: str = "sum"
    """Name of a method that `jmt methods` lists."""
    learning_rate: float = Field(default=0.025, gt=0)
    """uncertainty, imtl_l, gradnorm and famo only. Learning rate of the logarithms of the task weights, by Adam (of
    gradnorm: by its own steps)."""
    variant: Literal["kendall", "liebel"] = "kendall"
    """uncertainty only. The term that keeps the noise small: `kendall` lets a task's share turn negative, `liebel` does
    not."""
    likelihoods: dict[str, Literal["softmax", "gaussian", "laplace"]] = Field(default={})
    """uncertainty only. Kind of noise by task, for tasks whose loss is of another kind than their head says."""
    temperature: float = Field(default=2.0, gt=0)
    """dwa only. Temperature of the softmax over tasks: the higher, the more alike the weights."""
    mu: float = Field(default=0.2, gt=0)
    """stch only. Smoothness of the maximum: the smaller, the more the worst task counts; with 1 it is the sum."""
    alpha: float = Field(default=1.5, ge=0)
    """gradnorm only. Strength with which slow tasks are favoured; 0 gives all gradients the same length."""
    first_steps: int | None = Field(default=None, ge=1)
    """gradnorm and stch only. Number of steps whose mean losses are the start that progress is measured from; unset: 10
    of gradnorm, 100 of stch, which before that lowers the sum of the log losses."""
    shared: str | None = None
    """gradnorm only. Part of the network, as `level1` or `pretrained`, at which the lengths of the gradients are
    compared, the paper's last shared layer; unset: all that several tasks share."""
    normalize: Literal["none", "l2", "loss", "loss+"] = "none"
    """mgda only. Divisor applied to each gradient before solving: none, its length, the loss, or both."""
    upper_bound: bool = False
    """mgda only. Whether the weights are solved for from gradients at the hidden states that all tasks share
    (MGDA-UB)."""
    radius: float = Field(default=0.5, ge=0)
    """cagrad only. Largest distance c of the direction from the mean gradient, relative to that gradient's length."""
    scope: Literal["joint", "trunk", "block"] = "joint"
    """Methods on gradients only. Parameters that one answer is for: all shared ones (`joint`), all, as solved for those
    that the most tasks share (`trunk`), or each block that the same tasks share (`block`)."""
    heads: Literal["plain", "scaled"] = "plain"
    """Methods on gradients only. Gradient of parameters that one task alone has: as it is (`plain`), or weighed
    (`scaled`)."""
    rescale: bool = False
    """Methods on gradients only. Whether the direction is brought to the mean length of the gradients."""


class SelectionSettings(Keys):
    """`[training.selection]`: which epoch is the best, and when to stop waiting for a better one."""

    metrics: tuple[str, ...] = ()
    """Scores on dev whose mean picks the best epoch, each as `task.metric` (an error such as mse counts negative);
    empty: the main metric of every task."""
    patience: int | None = Field(default=None, ge=1)
    """Number of epochs without a better one before training stops; unset, or without a dev split: never."""


class VectorsSettings(Keys):
    """`[training.vectors]`: what the tables of words and n-grams start from."""

    words: str | None = None
    """Folder of `jmt vectors`, or a file of GloVe, word2vec (text, .bin) or fastText (.vec), with the vectors of
    words."""
    ngrams: str | None = None
    """Folder of `jmt vectors train`, or a text file, with the vectors of character n-grams."""
    extend: bool = True
    """Whether symbols of the files that the corpora lack join the model, so that unseen words have vectors."""
    limit: int = Field(default=50_000, ge=0)
    """Largest number of symbols that join a table, the first of the file."""
    scale: float = Field(default=0.15, gt=0)
    """Root mean square that the vectors of symbols in the corpora are brought to; all others are scaled alike."""
    freeze: bool = False
    """Whether the tables stay as they are in training."""


class FreezingSettings(Keys):
    """`[training.freezing]`: when a pretrained encoder begins to learn."""

    epochs: int = Field(default=0, ge=0)
    """Number of first epochs in which the pretrained encoder does not learn."""
    gradual: bool = False
    """Whether its layers are then freed one an epoch, the top one first, instead of all at once."""


class DistillationSettings(Keys):
    """`[training.distillation]`: for `jmt distill`."""

    weight: float = Field(default=0.7, gt=0, le=1)
    """Weight of the teacher's soft labels; gold labels have the rest, where there are any."""
    raw_sentences: int = Field(default=20_000, ge=0)
    """Largest number of sentences of 3 to 60 words that are taken from --raw."""
    pairs: int = Field(default=20_000, ge=0)
    """Number of new pairs made of the sentences of the pair corpora."""
    raw_passes: float = Field(default=1.0, gt=0)
    """Passes over the raw sentences in an epoch: 0.1 is a tenth of them, another tenth in every epoch."""
    pair_passes: float = Field(default=1.0, gt=0)
    """Passes over the new pairs in an epoch."""


class TrainingSettings(ScheduleSettings):
    """`[training]`."""

    phase: tuple[PhaseSettings, ...] = ()
    """Schedules one after the other, each with its epochs, instead of one schedule for all."""
    seed: int | None = None
    """Seed of the order of batches and of dropout; unset: the `seed` of the run. Runs that differ in this one alone
    begin with the same weights, as `jmt average` needs them."""
    forgetting: bool = False
    """Whether every task is scored on dev after every pass, for the report forgetting.md of the run."""
    epochs: int = Field(default=20, ge=1)
    """Number of epochs; with `[[training.phase]]` the sum of theirs."""
    steps: int | None = Field(default=None, ge=1)
    """Least number of steps: of a corpus so small that `epochs` make fewer, there are as many epochs as make them.
    Batches are counted in words, and a segmenter's not at all."""
    share: float = Field(default=1.0, gt=0, le=1)
    """Share of every corpus's training examples that is used, taken evenly from its beginning to its end."""
    leaks: Leaks | None = None
    """Training examples that are dropped where a task has several corpora. `any`: those with a sentence that some
    corpus of the run has in dev or test; `across`: those with a sentence that another corpus has there, so that a
    corpus keeps what its makers let its own splits share. Unset: `any`."""
    batch_size: int = Field(default=25, ge=1)
    """Number of sentences or pairs in a batch, for tasks that do not say."""
    batch_tokens: int | None = Field(default=None, ge=1)
    """Largest number of words (of a transformer: word pieces) in a batch, padding included, instead of `batch_size`; of
    a pair both sentences count."""
    clip_norm: float = Field(default=3.0, gt=0)
    """Largest global norm of the gradients, for tasks that do not say: they are clipped at min(clip_norm, level)."""
    checkpoint_seconds: float = Field(default=600.0, gt=0)
    """Seconds of training between checkpoints in `last/`, besides those at the end of every epoch."""
    evaluate_every: int = Field(default=1, ge=1)
    """Number of epochs between evaluations on dev; the last epoch is always evaluated."""
    threads: int = Field(default=0, ge=0)
    """Number of CPU threads; 0: torch decides. Runs are repeated bit for bit on the same number."""
    optimizer: OptimizerSettings = OptimizerSettings()
    """How parameters move."""
    l2: L2Settings = L2Settings()
    """Weight decay."""
    subnetwork: dict[str, SubnetworkSettings] = Field(default={})
    """Parts that learn in a way of their own, by name: `words`, `level1` and so on, `pretrained`, or a task (its head
    and label embedding)."""
    vectors: VectorsSettings | None = None
    """Vectors that the tables of words and n-grams start from; unset: random ones."""
    successive_regularization: SuccessiveRegularizationSettings = SuccessiveRegularizationSettings()
    """`successive` only. The pull that keeps tasks from being forgotten."""
    anchor: AnchorSettings | None = None
    """`--from` only. The pull towards the model that training starts from, under every schedule; unset: as strong as
    that of `successive_regularization`."""
    loss: Literal["sentence", "word", "start"] = "sentence"
    """What a task's loss is counted per before tasks are weighed: a `sentence` or pair, so that a task about words has
    the sum of theirs; a `word`, for tasks about words; or the task's mean loss in its first ten steps (`start`), so
    that all begin at 1. The log shows losses per sentence or pair."""
    weighting: WeightingSettings = WeightingSettings()
    """How much each task counts."""
    distillation: DistillationSettings | None = None
    """What a teacher teaches; for `jmt distill`."""
    freezing: FreezingSettings = FreezingSettings()
    """When a pretrained encoder begins to learn."""
    precision: Literal["float32", "bfloat16", "auto"] = "float32"
    """Precision of forward passes in training; `auto`: bfloat16 on a GPU that has it."""
    accumulate: int = Field(default=1, ge=1)
    """Number of parts that a batch is computed in, one after the other, with the gradients added up: less memory, the
    same update."""
    selection: SelectionSettings = SelectionSettings()
    """Which epoch is the best."""
    calibrate: bool = True
    """Whether, at the end, the confidences of the best epoch are fitted to dev: one temperature per task, which changes
    no label. It takes about ten predictions of at most 1,000 examples of each task."""

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
    def pull_to_origin(self) -> AnchorSettings:
        """Return how strongly training is held near the model that it starts from."""
        successive = self.successive_regularization
        return self.anchor or AnchorSettings(default=successive.default, untrained=successive.lower_classifiers)

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
        if self.steps is not None:
            raise ValueError("steps: with [[training.phase]] each phase has its epochs; drop it")
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
        successive = [self.successive_regularization] if "successive" in self.schedules else []
        deltas = {
            "successive_regularization": [delta for pull in successive for delta in pull.model_dump().values()],
            "anchor": list(self.anchor.model_dump().values()) if self.anchor else [],
        }
        for table, strengths in deltas.items():
            if strengths and 2 * self.optimizer.learning_rate * max(strengths) > 1:
                raise ValueError(
                    "2 * optimizer.learning_rate * delta must not exceed 1, or a step would overshoot its anchor: "
                    f"lower {table} or the learning rate"
                )
        return self
