"""What a run is told besides its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jmt.runs.teaching import Teaching


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where a run writes and reads, on what it computes, and what it begins with."""

    output: Path
    """The run's folder."""
    folders: Sequence[Path] = ()
    """Where corpora are looked for first."""
    device: str = "cpu"
    start_from: str | None = None
    """A trained cascade to go on from."""
    resuming: bool = False
    """Whether the run in `output` is gone on with."""
    teaching: Teaching | None = None
    """Of a distillation: who teaches, and on what besides the corpora."""
