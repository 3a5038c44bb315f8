"""How the losses of several tasks become one; one method per file, `build_weighting` is the table."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.training.settings import WeightingSettings
from jmt.training.weighting.base import LossWeighting
from jmt.training.weighting.sum import SumWeighting
from jmt.training.weighting.uncertainty import UncertaintyWeighting

__all__ = ["LossWeighting", "SumWeighting", "UncertaintyWeighting", "build_weighting"]


def build_weighting(settings: WeightingSettings, likelihoods: Mapping[str, str]) -> LossWeighting:
    """Build the method that `training.weighting.method` names, for tasks with their likelihoods."""
    if settings.method == "uncertainty":
        return UncertaintyWeighting(likelihoods)
    return SumWeighting()
