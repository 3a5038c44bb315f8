"""A task that starts from the solution of the one before it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from jmt.errors import ConfigError
from jmt.runs.config import read_config
from jmt.training.events import StepDone
from jmt.training.settings.training import TrainingSettings
from jmt.training.trainer import Trainer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
SPLIT = {"level1": {}}


def copy_of(trainer: Trainer, task: str) -> Tensor:
    level = trainer.model.encoder.levels[0]
    return torch.cat([value.flatten() for value in level[task].state_dict().values()])


def passes(trainer: Trainer) -> list[tuple[int, str, dict[str, Tensor]]]:
    """Of every pass its epoch and task, and the copies of all tasks when it began."""
    tasks = list(trainer.model.encoder.levels[0])
    begun: list[tuple[int, str, dict[str, Tensor]]] = []
    plain = trainer.hand_over.start_pass

    def noted(task: str, previous: str | None) -> None:
        learned = copy_of(trainer, previous) if previous else None
        plain(task, previous)
        assert learned is None or torch.equal(copy_of(trainer, previous or ""), learned)  # what gives stays as it is
        begun.append((trainer.progress.epoch, task, {name: copy_of(trainer, name) for name in tasks}))

    trainer.hand_over.start_pass = noted  # type: ignore[method-assign]
    for event in trainer.events():
        assert not isinstance(event, StepDone) or not event.skipped
    return begun


@pytest.mark.parametrize("hand_over", [True, False])
def test_in_the_first_epoch_each_task_begins_where_the_one_before_it_has_come(build_trainer: Build, hand_over: bool):
    trainer = build_trainer(sharing=SPLIT, schedule="successive", hand_over=hand_over)
    begun = passes(trainer)

    assert [epoch for epoch, _, _ in begun] == [1] * len(trainer.tasks)
    for (_, previous, _), (_, task, copies) in pairwise(begun):
        assert torch.equal(copies[task], copies[previous]) == hand_over


def test_a_schedule_without_passes_and_a_network_without_copies_have_nothing_to_hand_over(tmp_path: Any):
    with pytest.raises(ValidationError, match="trains no task before another"):
        TrainingSettings.model_validate({"schedule": "joint", "hand_over": True})
    with pytest.raises(ConfigError, match="no task has a copy of a level of its own"):
        read_config("demo", overrides=["training.schedule=successive", "training.hand_over=true"])
    config = read_config(
        "demo", overrides=["training.schedule=successive", "training.hand_over=true", "sharing.level1.kind=soft"]
    )
    assert config.training.hand_over
