"""What losses are counted per: what a step learns from, at the scales that losses begin at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import torch

from jmt.training.events import StepDone
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]


class Recorded:
    """Computes gradients as it is told, and keeps the losses that it computed them of."""

    def __init__(self, trainer: Trainer) -> None:
        self.gradients, self.losses = trainer.stepper.gradients, Counter[str]()
        trainer.stepper.compute_gradients_by(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gradients, name)

    def begin(self, done: float) -> None:
        self.losses.clear()
        self.gradients.begin(done)

    def add(self, losses: Mapping[str, torch.Tensor], share: float) -> None:
        self.losses.update({name: share * float(loss.detach()) for name, loss in losses.items()})  # type: ignore[arg-type]
        self.gradients.add(losses, share)


def learned_from(trainer: Trainer) -> Iterator[tuple[dict[str, float], StepDone]]:
    """The losses that each step computes its gradients of, and what the step says."""
    recorded = Recorded(trainer)
    for event in trainer.events():
        if isinstance(event, StepDone):
            yield dict(recorded.losses), event


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("task", ["xpos", "chunk", "dep"])
def test_per_word_a_step_learns_from_the_loss_over_all_words_of_the_batch(build_trainer: Build, task: str, parts: int):
    plain: dict[str, Any] = {"tasks": (task,), "changes": {task: {"level": 1, "reads": []}}, "accumulate": parts}
    (losses, step), (whole, same) = (next(learned_from(build_trainer(**plain, loss=loss))) for loss in UNITS)

    assert losses[task] == pytest.approx(whole[task] * step.examples / step.words)
    assert step.loss == same.loss == pytest.approx(whole[task])  # what is shown is per sentence


UNITS = ("word", "sentence")


def test_per_word_pairs_are_counted_as_pairs(build_trainer: Build):
    plain: dict[str, Any] = {"tasks": ("entailment",), "changes": {"entailment": {"reads": []}}}
    (per_word, _), (whole, _) = (next(learned_from(build_trainer(**plain, loss=loss))) for loss in UNITS)

    assert per_word == whole


@pytest.mark.parametrize("task", ["xpos", "entailment"])
def test_per_start_every_task_begins_at_one_and_is_divided_by_the_mean_of_its_first_losses(
    build_trainer: Build, task: str
):
    alone: dict[str, Any] = {"changes": {task: {"reads": []}}, "tasks": (task,)}
    seen: list[float] = []
    for losses, step in learned_from(build_trainer(**alone, loss="start", epochs=9)):
        start = sum(seen[:10]) / len(seen[:10]) if seen else step.loss
        assert losses[task] == pytest.approx(step.loss / start, rel=1e-5)
        seen.append(step.loss)
    assert len(seen) > 12


def test_per_start_the_first_losses_are_kept_over_an_interruption(build_trainer: Build):
    first, second = (build_trainer(tasks=("xpos", "entailment"), loss="start", epochs=3) for _ in range(2))
    next(event for event in first.events() if isinstance(event, StepDone) and event.step == 3)
    second.model.load_state_dict(first.model.state_dict())
    restore(second, *capture(first))

    assert second.stepper.unit.state_dict()["means"].equal(first.stepper.unit.state_dict()["means"])
    assert second.stepper.unit.state_dict()["seen"].sum() == 3


def test_only_per_word_does_log_classes_bring_taggers_to_one(build_trainer: Build):
    """A loss over n classes begins at log n; a sum over the words of a sentence does not."""
    shown = {}
    for loss in UNITS:
        flat = {task: {"level": 1, "reads": []} for task in ("xpos", "chunk")}
        trainer = build_trainer(
            tasks=("xpos", "chunk"), changes=flat, schedule="joint", loss=loss, weighting={"method": "log_classes"}
        )
        losses, step = next(learned_from(trainer))
        shown[loss] = {task: step.diagnosis.task_weights[task] * value for task, value in losses.items()}

    assert shown["word"] == pytest.approx({"xpos": 1.0, "chunk": 1.0}, rel=0.5)
    assert min(shown["sentence"].values()) > 3


def test_losses_that_are_computed_again_after_a_step_are_divided_as_they_were_in_it(build_trainer: Build):
    """FAMO compares both: without a step that moves anything they are the same."""
    trainer = build_trainer(
        schedule="joint",
        epochs=6,
        loss="start",
        weighting={"method": "famo"},
        optimizer={"kind": "sgd", "learning_rate": 1e-30},
    )
    again: list[dict[str, float]] = []
    recorded = Recorded(trainer)
    recorded.after_step = lambda compute: again.append(compute())  # type: ignore[attr-defined]
    compared = 0
    for event in trainer.events():
        if isinstance(event, StepDone):
            assert again.pop() == pytest.approx(dict(recorded.losses), rel=1e-3)
            compared += 1
    assert compared > 11  # more than the first losses of a task
