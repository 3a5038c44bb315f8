"""Learned task weights against their closed form (METHODS.md R13), and the plain sum."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from jmt.training.settings import WeightingSettings
from jmt.training.trainer import Trainer
from jmt.training.weighting import SumWeighting, UncertaintyWeighting, build_weighting


@pytest.mark.parametrize(("likelihood", "factor"), [("gaussian", 1.0), ("softmax", 2.0)])
@pytest.mark.parametrize("loss", [0.05, 1.0, 7.5])
def test_at_a_fixed_loss_the_variance_settles_where_the_closed_form_says(likelihood: str, factor: float, loss: float):
    weighting = UncertaintyWeighting({"task": likelihood}).double()
    optimizer = torch.optim.LBFGS(weighting.parameters(), max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-14)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        total: torch.Tensor = weighting({"task": torch.tensor(loss, dtype=torch.float64)})
        total.backward()
        return total

    for _ in range(5):
        optimizer.step(closure)
    variance = math.exp(weighting.log_variances["task"].item())
    assert variance == pytest.approx(factor * loss, rel=1e-6)


def test_a_task_that_a_step_does_not_have_gets_no_gradient():
    weighting = UncertaintyWeighting({"here": "softmax", "absent": "softmax"})
    weighting({"here": torch.tensor(2.0)}).backward()

    assert weighting.log_variances["here"].grad is not None
    assert weighting.log_variances["absent"].grad is None


def test_a_negative_total_is_normal():
    weighting = UncertaintyWeighting({"task": "softmax"})
    weighting.log_variances["task"].data.fill_(-4.0)

    assert weighting({"task": torch.tensor(0.001)}) < 0


def test_the_sum_weighs_nothing():
    weighting = build_weighting(WeightingSettings(), {"a": "softmax", "b": "softmax"})

    assert isinstance(weighting, SumWeighting)
    assert list(weighting.parameters()) == []
    assert weighting({"a": torch.tensor(1.5), "b": torch.tensor(2.0)}).item() == 3.5
    assert weighting.task_weights() == {}


def test_in_training_only_the_weight_of_the_task_at_hand_moves(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(tasks=("xpos", "chunk"), weighting={"method": "uncertainty"})
    before = dict(trainer.weighting.task_weights())
    for event in trainer.events():
        if not hasattr(event, "task"):
            continue
        after = event.task_weights
        assert after[event.task] != before[event.task]
        assert all(after[task] == before[task] for task in after if task != event.task)
        before = after


def test_log_variances_have_a_rate_of_their_own_and_no_decay(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(weighting={"method": "uncertainty", "learning_rate": 0.03})
    (optimizer,) = trainer.weighting_optimizers
    (group,) = optimizer.param_groups

    assert (group["lr"], group["weight_decay"], group["momentum"]) == (0.03, 0, 0)
    assert {id(parameter) for parameter in group["params"]} == {id(value) for value in trainer.weighting.parameters()}
    model = {id(parameter) for parameter in trainer.model.parameters()}
    assert model.isdisjoint(id(parameter) for parameter in group["params"])
    for event in trainer.events():
        if hasattr(event, "task"):
            assert group["lr"] == 0.03  # the schedule of the model's rate does not touch it
