"""What a configuration may say about the order in which tasks are trained: `[training]`, or one of its phases."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from jmt.cascade.keys import Keys

Kind = Literal["successive", "sampled", "joint", "grouped", "asynchronous"]


class SamplingSettings(Keys):
    """`[training.sampling]`: how often each corpus is drawn."""

    by: Literal["proportional", "uniform", "temperature", "annealed", "ratio"] = "proportional"
    """How the chance of a corpus is set: by its number of batches n, the same for all, by n^(1 / temperature), moving
    from n to that over the epochs, or by `ratios`."""
    temperature: float = Field(default=2.0, ge=1)
    """`temperature` and `annealed` only. How far the chances are flattened: 1 is proportional, infinity uniform."""
    cap: int | None = Field(default=None, ge=1)
    """Largest number of batches that a corpus counts as, however large it is."""
    ratios: dict[str, float] = Field(default_factory=dict)
    """`ratio` only. How often each task's corpus is drawn, relative to the others; 1 for tasks that are not named."""

    @model_validator(mode="after")
    def _keys_mean_something(self) -> SamplingSettings:
        if self.by not in ("temperature", "annealed") and self.temperature != 2.0:
            raise ValueError(
                f"sampling.by `{self.by}` has no temperature: drop it, or take by = `temperature` or `annealed`"
            )
        if self.by in ("uniform", "ratio") and self.cap is not None:
            raise ValueError(f"sampling.by `{self.by}` does not look at the size of a corpus: drop cap")
        if bool(self.ratios) != (self.by == "ratio"):
            raise ValueError(
                "sampling.ratios goes with by = `ratio`, and says for at least one task how often it is drawn"
            )
        if any(ratio <= 0 for ratio in self.ratios.values()):
            raise ValueError("sampling.ratios must be above 0: a task that is never to be drawn is left out by --tasks")
        return self


class ScheduleSettings(Keys):
    """The keys of a schedule, of the whole training or of one phase."""

    schedule: Kind = "successive"
    """What a step is made of. `successive`: one task's batch, all of one task before the next. `sampled`: the batch of
    one corpus, drawn for every step. `joint`: a batch of every corpus. `grouped`: a batch of every corpus in one of
    `groups`. `asynchronous`: as `sampled`, with each parameter updated when enough examples have reached it. In all but
    the first, one forward pass serves all tasks of a corpus."""
    sampling: SamplingSettings = SamplingSettings()
    """How corpora are drawn, where they are drawn."""
    replay: float = Field(default=0.0, ge=0, le=1)
    """`successive` only. Steps of other tasks mixed into a task's pass, as a share of its own steps; drawn as
    `sampling` says."""
    order: Literal["cascade", "random", "curriculum"] = "cascade"
    """`successive` only. Order of the tasks in an epoch: from the bottom up, shuffled anew for every epoch, or those
    first that have learned most."""
    hand_over: bool = False
    """`successive` only. Whether, in the first epoch, a task's own copies of levels (`[sharing.levelN]`) start from
    those of the task trained before it."""
    groups: tuple[tuple[str, ...], ...] = ()
    """`grouped` only. Lists of tasks that are trained in the same steps; every task is in one list."""
    effective_batch: int | None = Field(default=None, ge=1)
    """`asynchronous` only. Examples after which a parameter is updated, times the number of corpora that reach it."""

    @model_validator(mode="after")
    def _schedule_keys_mean_something(self) -> ScheduleSettings:
        kind = f"schedule `{self.schedule}`"
        if self.schedule != "successive" and self.order != "cascade":
            raise ValueError(f"{kind} has no passes whose order could be `{self.order}`: drop order")
        draws = self.schedule in ("sampled", "asynchronous") or self.replay > 0
        if not draws and self.sampling != SamplingSettings():
            raise ValueError(f"{kind} draws nothing: drop [training.sampling], take `sampled`, or set replay")
        if self.schedule != "successive" and self.replay:
            raise ValueError(f"{kind} mixes all tasks anyway: drop replay, or take `successive`")
        if self.schedule != "successive" and self.hand_over:
            raise ValueError(f"{kind} trains no task before another: drop hand_over, or take `successive`")
        if bool(self.groups) != (self.schedule == "grouped"):
            raise ValueError("groups goes with schedule `grouped`, and lists the tasks of every step")
        named = [task for group in self.groups for task in group]
        if len(named) != len(set(named)) or not all(self.groups):
            raise ValueError("groups: every task is in one list, and no list is empty")
        if (self.effective_batch is not None) != (self.schedule == "asynchronous"):
            raise ValueError("effective_batch goes with schedule `asynchronous`, which waits for so many examples")
        return self


class PhaseSettings(ScheduleSettings):
    """`[[training.phase]]`: epochs with a schedule of their own."""

    epochs: int = Field(ge=1)
    """Number of epochs in the phase."""
