"""Asynchronous updates: those of a joint step where counters are equal, each in its own time where they are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from jmt.training.accumulation import Asynchronous, EveryStep, build_accumulation
from jmt.training.events import StepDone
from jmt.training.reach import reach
from jmt.training.settings.training import TrainingSettings
from jmt.training.trainer import Trainer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
TASKS = ("xpos", "chunk", "dep", "relatedness", "entailment")


def asynchronous(build: Build, effective_batch: int, **settings: object) -> Trainer:
    return build(schedule="asynchronous", effective_batch=effective_batch, clip=1e9, **settings)


def test_a_parameter_waits_once_for_every_corpus_that_reaches_it(build_trainer: Build):
    trainer = asynchronous(build_trainer, 4)
    assert isinstance(trainer.stepper.accumulation, Asynchronous)
    due = trainer.stepper.accumulation.due
    assert trainer.groups.keys() == {"xpos", "relatedness"}
    for name in trainer.stepper.parameters:
        pairs = {part for task in ("relatedness", "entailment") for part in reach(trainer.model, task)}
        sentences = {part for task in ("xpos", "chunk", "dep") for part in reach(trainer.model, task)}
        assert due[name] == 4 * ((name in pairs) + (name in sentences))


def test_with_one_batch_of_the_effective_size_from_every_corpus_updates_are_those_of_a_joint_step():
    parameters = {
        "trunk": torch.nn.Parameter(torch.zeros(3)),
        "a": torch.nn.Parameter(torch.zeros(2)),
        "b": torch.nn.Parameter(torch.zeros(2)),
    }
    waiting = Asynchronous({"trunk": 8, "a": 4, "b": 4}, 4)
    batches = [
        {"trunk": torch.tensor([1.0, 2.0, 3.0]), "a": torch.ones(2)},
        {"trunk": torch.ones(3), "b": -torch.ones(2)},
    ]
    updates = []
    for gradients in batches:
        for name, parameter in parameters.items():
            parameter.grad = gradients[name].clone() if name in gradients else None
        waiting.collect(parameters, 4)
        updates.append({name: value.grad for name, value in parameters.items() if value.grad is not None})
    assert updates[0].keys() == {"a"}
    assert updates[1].keys() == {"trunk", "b"}
    torch.testing.assert_close(updates[1]["trunk"], torch.tensor([2.0, 3.0, 4.0]))  # the sum, as in a joint step
    torch.testing.assert_close(updates[0]["a"], torch.ones(2))
    assert waiting.state() == {}


def test_smaller_batches_count_by_their_examples():
    parameters = {"w": torch.nn.Parameter(torch.zeros(1))}
    waiting = Asynchronous({"w": 6}, 6)
    for mean, examples in ((3.0, 2), (1.0, 3), (5.0, 1)):
        parameters["w"].grad = torch.tensor([mean])
        waiting.collect(parameters, examples)
    assert parameters["w"].grad is not None
    assert parameters["w"].grad.item() == pytest.approx((3 * 2 + 1 * 3 + 5) / 6)


def test_what_is_held_back_comes_back_the_same(build_trainer: Build):
    trainer = asynchronous(build_trainer, 100)
    next(event for event in trainer.events() if isinstance(event, StepDone))
    state = trainer.stepper.accumulation.state()
    assert any(name.endswith("/indices") for name in state)  # tables are held sparse
    other = build_accumulation(trainer.settings, trainer.model, trainer.groups)
    other.restore(state)
    again = other.state()
    assert again.keys() == state.keys()
    assert all(torch.equal(again[name], value) for name, value in state.items())


def test_until_enough_examples_have_come_nothing_moves_and_then_everything_does(build_trainer: Build):
    trainer = asynchronous(build_trainer, 4, epochs=4)
    before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    steps = (event for event in trainer.events() if isinstance(event, StepDone))
    next(steps)  # of two examples
    assert all(torch.equal(trainer.stepper.parameters[name], value) for name, value in before.items())
    for _ in steps:
        pass
    assert not any(torch.equal(trainer.stepper.parameters[name], value) for name, value in before.items())


def test_every_other_schedule_uses_a_gradient_at_once(build_trainer: Build):
    trainer = build_trainer()
    assert isinstance(trainer.stepper.accumulation, EveryStep)
    assert TrainingSettings().effective_batch is None
