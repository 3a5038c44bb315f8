"""What a run is told: TOML to a RunConfig, checked by the owners of every key, and back."""

from __future__ import annotations

from jmt.runs.config.building import build_config
from jmt.runs.config.drafting import draft_config
from jmt.runs.config.reading import (
    apply_override,
    forget_corpora,
    forget_tasks,
    keep_tasks,
    read_config,
    read_name,
    read_tables,
)
from jmt.runs.config.run_config import RunConfig, TaskData

__all__ = [
    "RunConfig",
    "TaskData",
    "apply_override",
    "build_config",
    "draft_config",
    "forget_corpora",
    "forget_tasks",
    "keep_tasks",
    "read_config",
    "read_name",
    "read_tables",
]
