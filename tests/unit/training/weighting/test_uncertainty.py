"""Uncertainty: where learned weights settle, for every likelihood, and what would move them elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from jmt.training.optimization import Optimizers
from jmt.training.settings.training import TrainingSettings
from jmt.training.trainer import Trainer
from jmt.training.weighting import build_weighting
from jmt.training.weighting.methods import TaskFacts
from jmt.training.weighting.uncertainty import UncertaintyWeighting
from tests.assets.tiny_model import tiny_model


def settled(weighting: UncertaintyWeighting, loss: float, *, decay: float = 0.0) -> float:
    """sigma^2 where the gradient, with weight decay on s added, is zero; by Newton's method on s."""
    (log_variance,) = weighting.double().parameters()
    for _ in range(100):
        total = weighting({"task": torch.tensor(loss, dtype=torch.float64)}) + decay / 2 * log_variance**2
        (slope,) = torch.autograd.grad(total, log_variance, create_graph=True)
        (curve,) = torch.autograd.grad(slope, log_variance)
        log_variance.data -= (slope / curve).detach().clamp(-1, 1)
    return math.exp(log_variance.item())


CLOSED_FORMS: list[tuple[str, Callable[[float], float]]] = [
    ("gaussian", lambda loss: loss),
    ("softmax", lambda loss: 2 * loss),
    ("laplace", lambda loss: loss**2),  # b = sigma = L
]


@pytest.mark.parametrize(("likelihood", "closed_form"), CLOSED_FORMS)
@pytest.mark.parametrize("loss", [0.05, 1.0, 7.0])
def test_at_a_fixed_loss_the_variance_settles_where_the_closed_form_says(likelihood, closed_form, loss):
    assert settled(UncertaintyWeighting({"task": likelihood}), loss) == pytest.approx(closed_form(loss), rel=1e-12)


@pytest.mark.parametrize("loss", [0.05, 7.0])
def test_weight_decay_on_log_variances_would_move_the_fixed_point(loss):
    decayed = settled(UncertaintyWeighting({"task": "gaussian"}), loss, decay=0.1)

    assert decayed != pytest.approx(loss, rel=0.05)
    assert abs(math.log(decayed)) < abs(math.log(loss))  # towards sigma = 1


def test_the_minimum_is_what_the_closed_form_says():
    for likelihood, lowest in (("gaussian", 0.5 * (1 + math.log(3))), ("softmax", 0.5 * (1 + math.log(6)))):
        weighting = UncertaintyWeighting({"task": likelihood})
        settled(weighting, 3.0)
        assert weighting({"task": torch.tensor(3.0).double()}).item() == pytest.approx(lowest, rel=1e-12)


def test_the_form_of_liebel_and_koerner_is_never_negative():
    weighting = UncertaintyWeighting({"task": "softmax"}, positive=True)
    for log_variance in (-6.0, 0.0, 3.0):
        weighting.log_variances["task"].data.fill_(log_variance)
        expected = math.exp(-log_variance) * 0.001 + math.log1p(math.exp(log_variance))
        assert weighting({"task": torch.tensor(0.001)}).item() == pytest.approx(expected, rel=1e-5)
        assert expected > 0


def test_noise_that_was_put_into_data_is_found_again():
    generator = torch.Generator().manual_seed(5)
    inputs = torch.randn(20_000, 3, generator=generator, dtype=torch.float64)
    truth = torch.randn(3, 2, generator=generator, dtype=torch.float64)
    noise = torch.tensor([10.0, 1.0], dtype=torch.float64)
    targets = inputs @ truth + noise * torch.randn(20_000, 2, generator=generator, dtype=torch.float64)
    weighting = UncertaintyWeighting({"loud": "gaussian", "soft": "gaussian"}).double()
    weights = torch.zeros(3, 2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, *weighting.parameters()], max_iter=200)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        errors = ((inputs @ weights - targets) ** 2).mean(dim=0)
        total: torch.Tensor = weighting({"loud": errors[0], "soft": errors[1]})
        total.backward()
        return total

    optimizer.step(closure)
    found = {task: math.exp(weighting.log_variances[task].item() / 2) for task in weighting.log_variances}
    assert found == pytest.approx({"loud": 10.0, "soft": 1.0}, rel=0.05)


def test_a_task_that_a_step_does_not_have_gets_no_gradient():
    weighting = UncertaintyWeighting({"here": "softmax", "absent": "softmax"})
    weighting({"here": torch.tensor(2.0)}).backward()

    assert weighting.log_variances["here"].grad is not None
    assert weighting.log_variances["absent"].grad is None


def test_a_negative_total_is_normal():
    weighting = UncertaintyWeighting({"task": "softmax"})
    weighting.log_variances["task"].data.fill_(-4.0)

    assert weighting({"task": torch.tensor(0.001)}) < 0


def test_in_training_only_the_weight_of_the_task_at_hand_moves(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(tasks=("xpos", "chunk"), weighting={"method": "uncertainty"})
    before = dict(trainer.stepper.weighting.task_weights())
    for event in trainer.events():
        if not hasattr(event, "task"):
            continue
        after = dict(trainer.stepper.weighting.task_weights())
        assert after[event.task] != before[event.task]
        assert all(after[task] == before[task] for task in after if task != event.task)
        before = after


def test_log_variances_have_a_rate_of_their_own_and_no_decay(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(weighting={"method": "uncertainty", "learning_rate": 0.03})
    (optimizer,) = trainer.stepper.optimizers.of_weighting
    (group,) = optimizer.param_groups

    assert (group["lr"], group["weight_decay"]) == (0.03, 0)
    own = trainer.stepper.weighting.parameters()
    assert {id(parameter) for parameter in group["params"]} == {id(value) for value in own}
    model = {id(parameter) for parameter in trainer.model.parameters()}
    assert model.isdisjoint(id(parameter) for parameter in group["params"])
    for event in trainer.events():
        if hasattr(event, "task"):
            assert group["lr"] == 0.03  # the schedule of the model's rate does not touch it


@pytest.mark.parametrize("method", ["uncertainty", "imtl_l"])
def test_learned_weights_are_near_their_optimum_after_228_steps_whatever_the_scale_of_the_loss(method: str):
    """At the losses of a first step, sums over words: tags 92, chunks 123, trees 63, pairs 1.1; and at one of 4.9."""
    losses = {"xpos": 92.0, "chunk": 123.0, "dep": 63.0, "pair": 1.1, "late": 4.9}
    settings = TrainingSettings.model_validate({"weighting": {"method": method}})
    weighting = build_weighting(settings.weighting, {task: TaskFacts(5, "softmax") for task in losses})
    optimizers = Optimizers(tiny_model(), weighting, settings)
    for _ in range(228):
        weighting({task: torch.tensor(loss) for task, loss in losses.items()}).backward()
        optimizers.step()
        optimizers.forget_gradients()

    optimum = {task: (0.5 if method == "uncertainty" else 1) / loss for task, loss in losses.items()}
    assert weighting.task_weights() == pytest.approx(optimum, rel=0.15)
