"""One step of the loop against the textbook, loss plus penalties in one explicit step; and what must not move."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
import torch

from jmt.errors import JmtError
from jmt.network.batches.batching import build_batch
from jmt.network.heads.tagger import Tagger
from jmt.network.parts import word_parameters
from jmt.training.events import Event, StepDone
from jmt.training.reach import cumulative_reach, reach
from jmt.training.seeds import derive_seed
from jmt.training.trainer import Trainer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
TASKS = ["xpos", "chunk", "dep", "relatedness", "entailment"]
STRONG = {"default": 0.05, "lower_classifiers": 0.2}
"""Deltas under which the pull is plain to see."""


def weights_of(trainer: Trainer) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in trainer.model.named_parameters()}


def steps(trainer: Trainer) -> Iterator[StepDone]:
    return (event for event in trainer.events() if isinstance(event, StepDone))


def run_to(trainer: Trainer, last: int) -> Event:
    """Train until the step of this number is done."""
    return next(event for event in steps(trainer) if event.step == last)


def settle(trainer: Trainer) -> None:
    trainer.pull.settle()


@pytest.mark.parametrize(
    ("delta", "l2"),
    [
        (STRONG, {"lstm": 0.0, "classifiers": 0.0}),
        ({"default": 0.0, "lower_classifiers": 0.0}, {"lstm": 0.01, "classifiers": 0.02}),
        ({"default": 1e-3, "lower_classifiers": 1e-2}, {"lstm": 1e-6, "classifiers": 1e-5}),  # the paper's
    ],
)
@pytest.mark.parametrize("done", [3, 6, 7, 9, 11, 13])
def test_a_step_is_one_sgd_step_on_loss_plus_penalties(build_trainer: Build, done: int, delta: dict, l2: dict):
    trainer = build_trainer(successive_regularization=delta, l2=l2, clip=1e9, optimizer={"learning_rate": 0.1})
    run_to(trainer, done)
    settle(trainer)
    textbook = copy.deepcopy(trainer)
    event = run_to(trainer, done + 1)
    settle(trainer)

    task = textbook.tasks[event.task]
    indices = task.batches(textbook.seed, event.epoch)[(done % 10) % 2]
    torch.manual_seed(derive_seed(textbook.seed, "step", done))
    sentences = task.sentences(indices, textbook.seed, event.epoch)
    batch = build_batch(sentences, textbook.model.lexicon)
    textbook.model.train()
    total = textbook.stepper.objective.losses([task.name], indices, sentences, batch)[task.name]
    assert total.item() == pytest.approx(event.loss, abs=1e-6)
    held = copy.deepcopy(textbook.pull.anchor) if event.position % 2 == 0 else None
    if held is None:  # the first step of a pass: the snapshot is theta as it stands, its penalty has no gradient
        held = trainer.pull.anchor
    for name, delta in held.deltas.items():
        total = total + delta * (textbook.stepper.parameters[name] - held.values[name]).square().sum()
    for name, parameter in textbook.stepper.parameters.items():
        if parameter.dim() == 2 and name in reach(textbook.model, event.task):
            strength = (
                l2["lstm"] if name.startswith("encoder.levels.") else l2["classifiers"] if name[:5] == "heads" else 0.0
            )
            total = total + strength * parameter.square().sum()
    total.backward()

    for name, parameter in textbook.stepper.parameters.items():
        gradient = parameter.grad.to_dense() if parameter.grad is not None else torch.zeros_like(parameter)
        expected = parameter.detach() - event.learning_rate * gradient
        assert torch.allclose(trainer.stepper.parameters[name], expected, atol=1e-6), name


def test_every_pass_begins_at_its_own_snapshot(build_trainer: Build):
    trainer = build_trainer(epochs=3)
    before = weights_of(trainer)
    taken = []
    for event in steps(trainer):
        if event.position % 2 == 1:  # each pass has two steps
            for name, value in trainer.pull.anchor.values.items():
                assert torch.equal(value, before[name]), (event.task, name)
            taken.append((event.epoch, event.task, set(trainer.pull.anchor.values)))
        before = weights_of(trainer)

    expected = {
        **{task: cumulative_reach(trainer.model, below) for below, task in pairwise(TASKS)},
        "xpos": set(word_parameters(trainer.model)),
    }
    assert taken[0] == (1, "xpos", set())  # nothing was learned yet
    assert taken[1:] == [(epoch, task, expected[task]) for epoch in (1, 2, 3) for task in TASKS][1:]


def test_the_penalty_is_zero_where_a_pass_begins_and_grows_from_there(build_trainer: Build):
    trainer = build_trainer()
    for event in steps(trainer):
        if event.step > 2 and event.position % 2 == 1:
            settled = copy.deepcopy(trainer)
            settle(settled)
            assert settled.pull.anchor.penalty(settled.stepper.parameters) > 0
            before = {name: torch.nn.Parameter(value.clone()) for name, value in trainer.pull.anchor.values.items()}
            assert trainer.pull.anchor.penalty(before) == 0


def test_pulling_rows_late_ends_where_pulling_every_row_in_every_step_does(build_trainer: Build):
    settings = {"successive_regularization": STRONG, "optimizer": {"learning_rate": 0.1}}
    late, at_once = build_trainer(**settings), build_trainer(**settings)
    at_once.pull.regularization._tables = {}
    for trainer in (late, at_once):
        for _ in trainer.events():
            pass

    assert late.pull.anchor.pulled.keys() > at_once.pull.anchor.pulled.keys() == set()
    for name, value in weights_of(late).items():
        assert torch.allclose(value, weights_of(at_once)[name], atol=1e-5), name


def test_rows_that_rest_within_a_pass_feel_their_pulls_before_they_are_read_again(build_trainer: Build):
    """Nine batches a pass, of one example each: a row is read, rests for some steps, and is read again."""
    settings = {"successive_regularization": {"default": 0.4, "lower_classifiers": 0.4}, "epochs": 2}
    late, at_once = (build_trainer(**settings, tasks=("xpos", "chunk")) for _ in range(2))
    at_once.pull.regularization._tables = {}
    for trainer in (late, at_once):
        for name, task in list(trainer.tasks.items()):
            more = dataclasses.replace(task.train, inputs=[*task.train.inputs] * 3, gold=[*task.train.gold] * 3)
            trainer.tasks[name] = dataclasses.replace(task, train=more, batch_size=1)
    for one, other in zip(steps(late), steps(at_once), strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-5), one.step

    for name, value in weights_of(late).items():
        assert torch.allclose(value, weights_of(at_once)[name], atol=1e-5), name


def test_a_weight_multiplies_the_gradient_of_its_task_and_not_the_loss_that_is_told(build_trainer: Build):
    settings = {"clip": 1e9, "schedule": "joint", "l2": {"lstm": 0.0, "classifiers": 0.0}}
    plain, weighed = (build_trainer(**settings, optimizer={"learning_rate": 0.01}) for _ in range(2))
    before = weights_of(plain)
    weighed.tasks.update({name: dataclasses.replace(task, weight=3.0) for name, task in weighed.tasks.items()})
    told = [run_to(trainer, 1).loss for trainer in (plain, weighed)]

    assert told[0] == told[1]
    for name, value in weights_of(plain).items():
        moved = value - before[name]
        torch.testing.assert_close(weights_of(weighed)[name] - before[name], 3.0 * moved, atol=1e-6, rtol=1e-4)


def test_without_delta_nothing_is_held(build_trainer: Build):
    trainer = build_trainer(successive_regularization={"default": 0.0, "lower_classifiers": 0.0})
    events = list(steps(trainer))

    assert [event.penalty for event in events if event.finished] == [0.0] * 10
    assert trainer.pull.anchor.values == {}


@pytest.mark.parametrize("kind", ["sgd", "adam", "adamw"])
def test_what_a_task_does_not_reach_stays_bit_for_bit(build_trainer: Build, kind: str):
    """In the second epoch every parameter has moments and decay that could move it."""
    optimizer = {"kind": kind, "learning_rate": 0.05}
    trainer = build_trainer(optimizer=optimizer, l2={"lstm": 0.1, "classifiers": 0.1})
    run_to(trainer, 10)
    before = weights_of(trainer)
    for event in steps(trainer):
        after = weights_of(trainer)
        reached = reach(trainer.model, event.task) | set(trainer.pull.anchor.values)
        moved = {name for name, value in after.items() if not torch.equal(value, before[name])}
        assert moved <= reached, event.task
        assert any(name.startswith(f"heads.{event.task}.") for name in moved)
        before = after


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_adam_learns(build_trainer: Build, kind: str):
    trainer = build_trainer(tasks=("xpos", "dep"), epochs=12, optimizer={"kind": kind, "learning_rate": 0.02})
    losses = [event.finished.loss for event in steps(trainer) if event.finished and event.task == "dep"]

    assert losses[-1] < 0.8 * losses[0]


def gradient_that_is_not_finite(self: Tagger, scores: torch.Tensor, gold: torch.Tensor, mask: torch.Tensor):
    """A finite loss whose gradient is not: the root of zero."""
    return (scores * 0.0).sum().sqrt() + 1.0


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_gradient_that_is_not_finite_never_reaches_the_weights(
    build_trainer: Build, monkeypatch: pytest.MonkeyPatch, kind: str
):
    trainer = build_trainer(optimizer={"kind": kind, "learning_rate": 0.05})
    run_to(trainer, 2)
    before = weights_of(trainer)
    loss = Tagger.loss
    monkeypatch.setattr(Tagger, "loss", gradient_that_is_not_finite)
    event = run_to(trainer, 3)
    settle(trainer)

    assert event.skipped
    assert event.loss == pytest.approx(1.0 / event.examples)
    assert all(torch.equal(value, before[name]) for name, value in weights_of(trainer).items())
    monkeypatch.setattr(Tagger, "loss", loss)
    event = run_to(trainer, 4)
    assert not event.skipped
    assert (event.finished.skipped, event.finished.examples) == (1, event.examples)
    assert trainer.progress.failures == 0
    assert all(torch.isfinite(value).all() for value in weights_of(trainer).values())


def test_only_failures_in_a_row_end_training(build_trainer: Build, monkeypatch: pytest.MonkeyPatch):
    trainer = build_trainer(tasks=("xpos",), epochs=6)
    calls = iter(range(100))
    loss = Tagger.loss

    def fail_twice_of_three(self: Tagger, *arguments: torch.Tensor) -> torch.Tensor:
        return loss(self, *arguments) * (1.0 if next(calls) % 3 == 2 else float("inf"))

    monkeypatch.setattr(Tagger, "loss", fail_twice_of_three)
    assert [event.skipped for event in steps(trainer)] == [True, True, False] * 4
    monkeypatch.setattr(Tagger, "loss", gradient_that_is_not_finite)
    trainer.settings = trainer.settings.model_copy(update={"epochs": 9})
    with pytest.raises(JmtError, match="3 times in a row"):
        list(trainer.events())


def test_a_step_of_several_tasks_is_clipped_at_the_largest_of_their_limits(build_trainer: Build):
    trainer = build_trainer(tasks=("xpos", "chunk"), schedule="joint", optimizer={"learning_rate": 1e-3})
    for task, limit in (("xpos", 0.5), ("chunk", 1.5)):
        object.__setattr__(trainer.tasks[task], "clip_norm", limit)
    norms: list[float] = []

    def look(rows: object) -> None:
        gradients = [value.grad for value in trainer.stepper.parameters.values() if value.grad is not None]
        norms.append(math.hypot(*(float(gradient.to_dense().norm()) for gradient in gradients)))

    trainer.stepper._update = look  # type: ignore[method-assign]
    step = next(steps(trainer))

    assert step.gradient_norm > 1.5
    assert norms == pytest.approx([1.5], rel=1e-4)
