"""A trainer of the tiny cascade on a few sentences and pairs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jmt.training.batches.task import TrainingTask
from jmt.training.settings.training import TrainingSettings
from jmt.training.trainer import Trainer
from tests.assets.tiny_examples import sentence_examples, tiny_examples
from tests.assets.tiny_model import TASKS, tiny_model


@pytest.fixture
def build_trainer() -> Callable[..., Trainer]:
    """Build a trainer of a new tiny cascade: the same one every time, but for what is asked."""

    def build(
        *,
        tasks=tuple(TASKS),
        model=None,
        changes=None,
        sharing=None,
        ties=None,
        evaluate=None,
        clip=1.0,
        further=(),
        **settings,
    ) -> Trainer:
        training = [
            TrainingTask(name, examples, 2, clip)
            for name, examples in [
                *((more.task, more) for more in further),
                *{**tiny_examples(), **sentence_examples()}.items(),
            ]
            if name in tasks or examples in further
        ]
        settings = {"epochs": 2, "optimizer": {"learning_rate": 0.5}, **settings}
        return Trainer(
            model or tiny_model(tasks, changes=changes, sharing=sharing),
            training,
            TrainingSettings.model_validate(settings),
            seed=3,
            sharing=ties or {},
            evaluate=lambda: {task.name: evaluate() for task in training if evaluate},
        )

    return build
