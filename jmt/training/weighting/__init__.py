"""How the tasks of a step are weighed; one method per file, `methods` is the table."""

from __future__ import annotations

from jmt.training.weighting.base import LossWeighting, RowWeighting, Weighting
from jmt.training.weighting.methods import METHODS, build_weighting

__all__ = ["METHODS", "LossWeighting", "RowWeighting", "Weighting", "build_weighting"]
