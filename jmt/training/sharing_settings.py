"""What `[sharing.levelN]` may say about how the copies of a level are kept alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from jmt.training.schedule_settings import Settings

READERS = {
    "anchor": ("l2",),
    "flatten": ("trace_norm",),
    "q": ("block_sparse",),
    "clusters": ("task_graph",),
    "within": ("task_graph",),
    "between": ("task_graph",),
    "mean": ("task_graph",),
    "update_every": ("matrix_normal",),
}
"""Key to the penalties that read it."""


class SharingSettings(Settings):
    """The penalty on the copies of one level."""

    reg: Literal["none", "l2", "trace_norm", "block_sparse", "task_graph", "matrix_normal"] = "none"
    """Distances between tasks; few directions for all; few features; a graph of tasks; relations that are learned."""
    strength: float = Field(default=0.0, ge=0)
    """lambda; every update takes the proximal step of learning rate times lambda."""
    anchor: str = "pairwise"
    """Of l2: distances to each other (`pairwise`), to their `mean`, or to the task of this name."""
    flatten: Literal["laf", "tucker"] = "laf"
    """Of trace_norm: one matrix of features by tasks, or one for every axis."""
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
    update_every: int = Field(default=100, ge=1)
    """Of matrix_normal: steps between two looks at how the tasks are related."""

    @model_validator(mode="after")
    def _keys_mean_something(self) -> SharingSettings:
        plain = SharingSettings.model_construct()
        for key, readers in READERS.items():
            if self.reg not in readers and getattr(self, key) != getattr(plain, key):
                raise ValueError(f"{key} says nothing to reg `{self.reg}`; it is for {', '.join(readers)}")
        if (self.reg == "none") != (self.strength == 0):
            raise ValueError("reg and strength go together: name a penalty and how strong it is, or neither")
        return self
