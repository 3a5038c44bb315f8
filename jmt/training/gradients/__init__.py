"""From the losses of a step to gradients: of one weighted sum, or of every task by itself and then combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jmt.network.model import JointModel
from jmt.training.gradients.base import Gradients
from jmt.training.gradients.meeting import meeting_of
from jmt.training.gradients.reversed import ReversedGradients
from jmt.training.gradients.rows import RowGradients
from jmt.training.gradients.summed import SummedGradients
from jmt.training.gradients.upper_bound import UpperBoundGradients
from jmt.training.settings.training import WeightingSettings
from jmt.training.weighting import LossWeighting, RowWeighting, Weighting

__all__ = ["Gradients", "build_gradients"]


def build_gradients(
    weighting: Weighting,
    model: JointModel,
    settings: WeightingSettings,
    tasks: Sequence[str],
    adversaries: Mapping[str, float] = MappingProxyType({}),
) -> Gradients:
    """Build what a weighting needs for the tasks that it weighs, in their order.

    A model may have heads of other tasks, which are not trained; `adversaries` has the largest lambda of every
    adversarial one.
    """
    combination = _build_combination(weighting, model, settings, tasks)
    if not adversaries:
        return combination
    return ReversedGradients(combination, adversaries, dict(model.named_parameters()))


def _build_combination(
    weighting: Weighting, model: JointModel, settings: WeightingSettings, tasks: Sequence[str]
) -> Gradients:
    """Build what combines tasks whose losses are to fall."""
    if isinstance(weighting, LossWeighting):
        return SummedGradients(weighting)
    assert isinstance(weighting, RowWeighting)
    if settings.upper_bound:
        return UpperBoundGradients(weighting, meeting_of(model, tasks), tasks)
    return RowGradients(weighting, tasks, dict(model.named_parameters()), settings)
