"""Under which names the state of training is stored: what a run of an older release has written is gone on with."""

from __future__ import annotations

from collections.abc import Callable

from jmt.training.events import StepDone
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer


def test_every_part_is_stored_where_earlier_releases_look_for_it(build_trainer: Callable[..., Trainer]):
    optimizer = {"kind": "adam", "learning_rate": 0.01}
    trainer = build_trainer(tasks=("xpos", "chunk"), optimizer=optimizer, weighting={"method": "uncertainty"})
    next(event for event in trainer.events() if isinstance(event, StepDone) and event.step == 3)
    values, tensors = capture(trainer)

    assert list(values) == ["progress", "optimizers", "anchor", "origin", "pull"]
    assert values["anchor"]["deltas"].keys() == trainer.pull.anchor.values.keys() != set()
    assert values["pull"] == {"pulls": 1, "rate": 0.01}
    table = "encoder.words.words.weight"
    assert {f"anchor.value.{table}", f"pull.pulled.{table}", "weighting.log_variances.chunk"} <= tensors.keys()
    assert {"optimizer.0.0.exp_avg", "optimizer.0.0.step", "optimizer.1.0.exp_avg_sq"} <= tensors.keys()
    assert values["optimizers"][1]["0"] == {"step": 3}  # of the sparse Adam, a plain number


def test_what_is_restored_gives_the_same_state_again(build_trainer: Callable[..., Trainer]):
    first, second = (build_trainer(tasks=("xpos", "chunk"), optimizer={"kind": "adam"}) for _ in range(2))
    next(event for event in first.events() if isinstance(event, StepDone) and event.step == 3)
    stored = capture(first)
    progress = second.progress
    second.model.load_state_dict(first.model.state_dict())

    restore(second, *stored)
    values, tensors = capture(second)

    assert values == stored[0]
    assert tensors.keys() == stored[1].keys()
    assert all(tensors[name].equal(value) for name, value in stored[1].items())
    assert second.progress is second.stepper.progress is progress  # all parts of a trainer look at one
