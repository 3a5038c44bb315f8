"""From the losses of a step to gradients: of one weighted sum, or of every task by itself and then combined."""

from __future__ import annotations

from jmt.model import JointModel
from jmt.training.gradients.base import Gradients
from jmt.training.gradients.rows import RowGradients
from jmt.training.gradients.summed import SummedGradients
from jmt.training.gradients.upper_bound import UpperBoundGradients
from jmt.training.settings import WeightingSettings
from jmt.training.weighting import LossWeighting, RowWeighting, Weighting

__all__ = ["Gradients", "build_gradients"]


def build_gradients(weighting: Weighting, model: JointModel, settings: WeightingSettings) -> Gradients:
    """Build what a weighting needs."""
    if isinstance(weighting, LossWeighting):
        return SummedGradients(weighting)
    assert isinstance(weighting, RowWeighting)
    if settings.upper_bound:
        return UpperBoundGradients(weighting, model)
    return RowGradients(weighting, list(model.heads), dict(model.named_parameters()), settings)
