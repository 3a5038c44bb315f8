"""What `[sharing.levelN]` may say about how the copies of a level are kept alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from jmt.cascade.keys import Keys


class SharingSettings(Keys):
    """The penalty on the copies of one level."""

    reg: str = "none"
    """Name of the penalty that keeps the copies alike: `none`, `l2`, `trace_norm`, `block_sparse`, `task_graph`,
    `matrix_normal` or `tensor_normal`."""
    strength: float = Field(default=0.0, ge=0)
    """Strength lambda of the penalty; every update takes the proximal step of learning rate times lambda."""
    anchor: str = "pairwise"
    """`l2` only. What copies are drawn to: each other (`pairwise`), their `mean`, or the copy of the task of this
    name."""
    flatten: Literal["laf", "tucker", "tt"] = "laf"
    """`trace_norm` only. How the stacked weights become matrices: one of features by tasks (`laf`), one for every axis
    (`tucker`), or one for every cut between axes (`tt`)."""
    q: Literal[1, 2, "inf"] = 2
    """`block_sparse` only. Norm of all weights that leave one feature."""
    clusters: tuple[tuple[str, ...], ...] = ()
    """`task_graph` only. Lists of tasks that belong together; empty: all of them."""
    within: float = Field(default=1.0, ge=0)
    """`task_graph` only. Strength of the pull of tasks to the mean of their cluster."""
    between: float = Field(default=0.1, ge=0)
    """`task_graph` only. Strength of the pull of clusters to the mean of all."""
    mean: float = Field(default=0.01, ge=0)
    """`task_graph` only. Strength of the pull of the mean of all to zero, so that nothing drifts."""
    graph: tuple[tuple[float, ...], ...] = ()
    """`task_graph` only. The matrix E itself, a row for each task with a copy of the level, in their order; empty: made
    of the clusters."""
    update_every: int = Field(default=100, ge=1)
    """`matrix_normal` and `tensor_normal` only. Steps between two estimates of how the tasks are related."""

    @model_validator(mode="after")
    def _is_a_scheme_with_a_strength(self) -> SharingSettings:
        if (self.reg == "none") != (self.strength == 0):
            raise ValueError("reg and strength go together: name a penalty and how strong it is, or neither")
        return self
