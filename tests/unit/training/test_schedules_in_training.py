"""Schedules through real steps: which tasks are trained how often and in which order, and that steps train them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch

from jmt.training.events import EpochDone, StepDone
from jmt.training.trainer import Trainer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
FREE = {"successive_regularization": {"default": 0.0, "lower_classifiers": 0.0}}


def with_corpora(trainer: Trainer, batches: dict[str, int]) -> Trainer:
    """The trainer with so many batches of one example for each task."""
    for name, count in batches.items():
        task = trainer.tasks[name]
        inputs, gold = ([*values] * (count // 3) for values in (task.train.inputs, task.train.gold))
        more = dataclasses.replace(task.train, inputs=inputs, gold=gold)
        trainer.tasks[name] = dataclasses.replace(task, train=more, batch_size=1)
    return trainer


def steps_of(trainer: Trainer) -> list[list[str]]:
    """By epoch the tasks of every step, each of which moved the heads of those tasks and of no other."""
    heads = {task: head.state_dict() for task, head in trainer.model.heads.items()}

    def values() -> dict[str, torch.Tensor]:
        return {task: torch.cat([value.flatten() for value in head.values()]) for task, head in heads.items()}

    found: list[list[str]] = [[]]
    before = values()
    for event in trainer.events():
        if isinstance(event, EpochDone):
            found.append([])
        if isinstance(event, StepDone):
            after = values()
            assert {task for task in after if not torch.equal(after[task], before[task])} == set(event.task.split("+"))
            found[-1].append(event.task)
            before = after
    return found[:-1]


SHARES: dict[str, tuple[dict[str, Any], list[int]]] = {
    "proportional": ({"by": "proportional"}, [24, 24, 24]),
    "uniform": ({"by": "uniform"}, [15, 15, 15]),
    "temperature": ({"by": "temperature", "temperature": 2.0}, [20, 20, 20]),  # sqrt(24) : sqrt(6) is 2 : 1
    "annealed": ({"by": "annealed", "temperature": float("inf")}, [24, 20, 15]),
    "ratio": ({"by": "ratio", "ratios": {"relatedness": 4.0}}, [6, 6, 6]),
}
"""Of 30 steps of an epoch, 24 batches of one corpus and 6 of the other, so many are of the first."""


@pytest.mark.parametrize("by", SHARES)
def test_in_training_corpora_are_drawn_as_often_as_their_shares_say(build_trainer: Build, by: str):
    sampling, expected = SHARES[by]
    trainer = build_trainer(
        tasks=("xpos", "relatedness"),
        changes={"relatedness": {"reads": []}},
        schedule="sampled",
        sampling=sampling,
        epochs=3,
        optimizer={"learning_rate": 0.05},
    )
    epochs = steps_of(with_corpora(trainer, {"xpos": 24, "relatedness": 6}))

    assert [Counter(steps) for steps in epochs] == [{"xpos": often, "relatedness": 30 - often} for often in expected]
    assert all(steps != sorted(steps, reverse=True) for steps in epochs)  # mixed, not one after the other


def test_in_training_every_pass_replays_a_share_of_steps_of_other_tasks(build_trainer: Build):
    trainer = build_trainer(
        tasks=("xpos", "relatedness"),
        changes={"relatedness": {"reads": []}},
        replay=0.5,
        epochs=1,
        optimizer={"learning_rate": 0.05},
        **FREE,
    )
    (steps,) = steps_of(with_corpora(trainer, {"xpos": 12, "relatedness": 6}))

    assert Counter(steps[:18]) == {"xpos": 12, "relatedness": 6}
    assert Counter(steps[18:]) == {"relatedness": 6, "xpos": 3}
    assert steps[:12] != ["xpos"] * 12


def test_in_training_of_groups_each_step_has_the_tasks_of_one(build_trainer: Build):
    trainer = build_trainer(
        tasks=("xpos", "chunk", "relatedness"),
        changes={"chunk": {"reads": []}, "relatedness": {"reads": []}},
        schedule="grouped",
        groups=[["xpos", "relatedness"], ["chunk"]],
        epochs=2,
    )
    for steps in steps_of(with_corpora(trainer, {"xpos": 6, "chunk": 3, "relatedness": 3})):
        assert Counter(steps) == {"xpos+relatedness": 6, "chunk": 3}
        assert steps != sorted(steps)


def test_in_training_a_curriculum_goes_from_the_task_whose_loss_has_fallen_furthest_to_the_one_that_fell_least(
    build_trainer: Build,
):
    trainer = build_trainer(order="curriculum", epochs=5, optimizer={"learning_rate": 0.1}, **FREE)
    orders: list[list[str]] = []
    losses: list[dict[str, list[float]]] = []
    for event in trainer.events():
        if isinstance(event, StepDone):
            if event.position == 1:
                orders.append([])
                losses.append({task: [] for task in trainer.tasks})
            losses[-1][event.task].append(event.loss)
            orders[-1] += [event.task] if event.finished else []

    tasks = list(trainer.tasks)
    assert len(orders) == 5
    assert orders[:2] == [tasks, tasks]
    for number, order in enumerate(orders[2:], start=2):
        left = {task: sum(losses[number - 1][task]) / sum(losses[0][task]) for task in tasks}
        assert order == sorted(tasks, key=left.__getitem__)
        assert order != tasks
