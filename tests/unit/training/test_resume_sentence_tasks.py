"""A training with a class in the middle of the cascade goes on from its stored state bit for bit."""

from __future__ import annotations

from collections.abc import Callable

from jmt.training.events import StepDone
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import CLASS_IN_THE_MIDDLE


def test_what_is_gone_on_with_ends_with_the_same_weights(build_trainer: Callable[..., Trainer]):
    def fresh() -> Trainer:
        return build_trainer(tasks=tuple(CLASS_IN_THE_MIDDLE), changes=CLASS_IN_THE_MIDDLE)

    whole, broken, resumed = fresh(), fresh(), fresh()
    list(whole.events())
    next(event for event in broken.events() if isinstance(event, StepDone) and event.step == 5)
    resumed.model.load_state_dict(broken.model.state_dict())
    restore(resumed, *capture(broken))
    list(resumed.events())

    expected = whole.model.state_dict()
    assert all(value.equal(expected[name]) for name, value in resumed.model.state_dict().items())
    assert not all(value.equal(expected[name]) for name, value in broken.model.state_dict().items())
