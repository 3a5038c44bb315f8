"""What `[sharing.levelN]` may say about how the copies of a level are kept alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from jmt.training.settings.schedule import Settings


class SharingSettings(Settings):
    """The penalty on the copies of one level."""

    reg: str = "none"
    """A scheme of `jmt.training.sharing.schemes`, or none."""
    strength: float = Field(default=0.0, ge=0)
    """lambda; every update takes the proximal step of learning rate times lambda."""
    anchor: str = "pairwise"
    """Of l2: distances to each other (`pairwise`), to their `mean`, or to the task of this name."""
    flatten: Literal["laf", "tucker", "tt"] = "laf"
    """Of trace_norm: one matrix of features by tasks, one for every axis, or one for every cut between axes."""
    q: Literal[1, 2, "inf"] = 2
    """Of block_sparse: the norm of all weights that leave a feature."""
    clusters: tuple[tuple[str, ...], ...] = ()
    """Of task_graph: lists of tasks that belong together; empty: all of them."""
    within: float = Field(default=1.0, ge=0)
    """Of task_graph: how strongly tasks are drawn to the mean of their cluster."""
    between: float = Field(default=0.1, ge=0)
    """Of task_graph: how strongly clusters are drawn to the mean of all."""
    mean: float = Field(default=0.01, ge=0)
    """Of task_graph: how strongly the mean of all is drawn to zero, so that nothing drifts."""
    graph: tuple[tuple[float, ...], ...] = ()
    """Of task_graph: E itself, a row for each task that has a copy of the level, in their order; empty: by clusters."""
    update_every: int = Field(default=100, ge=1)
    """Of matrix_normal and tensor_normal: steps between two looks at how the tasks are related."""

    @model_validator(mode="after")
    def _is_a_scheme_with_a_strength(self) -> SharingSettings:
        if (self.reg == "none") != (self.strength == 0):
            raise ValueError("reg and strength go together: name a penalty and how strong it is, or neither")
        return self
