"""Methods that look at losses, or at nothing: their weights in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from jmt.training.events import EpochDone, StepDone
from jmt.training.settings.training import WeightingSettings
from jmt.training.trainer import Trainer
from jmt.training.weighting import METHODS, LossWeighting, RowWeighting, build_weighting
from jmt.training.weighting.famo import FamoWeighting
from jmt.training.weighting.gradnorm import GradNormWeighting
from jmt.training.weighting.methods import TaskFacts, facts_of
from jmt.training.weighting.uncertainty import UncertaintyWeighting
from tests.assets.tiny_model import tiny_model

FACTS = {"a": TaskFacts(50, "softmax"), "b": TaskFacts(3, "gaussian"), "c": TaskFacts(1, "softmax")}
LOSSES = torch.tensor([4.0, 0.5, 1.0], dtype=torch.float64)
GRAM = torch.eye(3, dtype=torch.float64)


def build(method: str, **keys: Any) -> Any:
    return build_weighting(WeightingSettings.model_validate({"method": method, **keys}), FACTS)


def named(values: torch.Tensor) -> dict[str, torch.Tensor]:
    return dict(zip(FACTS, values, strict=True))


@pytest.mark.parametrize(
    ("method", "weights"),
    [
        ("sum", [1, 1, 1]),
        ("mean", [1 / 3, 1 / 3, 1 / 3]),
        ("log_classes", [1 / math.log(50), 1 / math.log(3), 1 / math.log(2)]),
    ],
)
def test_fixed_weights_are_what_they_say(method, weights):
    weighting = build(method)
    assert list(weighting.parameters()) == []
    assert weighting(named(LOSSES)).item() == pytest.approx(float(torch.tensor(weights).double() @ LOSSES))
    assert weighting({"b": LOSSES[1]}).item() == pytest.approx(weights[1] * 0.5)
    assert list(weighting.task_weights().values()) == pytest.approx(weights)


def test_every_method_says_what_it_needs_and_is_built_from_its_line():
    for name, method in METHODS.items():
        weighting = build(name)
        assert isinstance(weighting, RowWeighting) == (method.schedules == ("joint",)), name
        assert isinstance(weighting, LossWeighting) != isinstance(weighting, RowWeighting)
        assert set(method.keys) <= set(WeightingSettings.model_fields), name


def test_imtl_l_brings_every_loss_to_one_and_is_twice_uncertainty_at_the_opposite_log():
    weighting = build("imtl_l").double()
    optimizer = torch.optim.LBFGS(weighting.parameters(), max_iter=100, tolerance_grad=1e-12)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        total: torch.Tensor = weighting(named(LOSSES))
        total.backward()
        return total

    optimizer.step(closure)
    scales = torch.tensor(list(weighting.task_weights().values())).double()
    torch.testing.assert_close(scales * LOSSES, torch.ones(3).double(), atol=1e-5, rtol=0)
    noise = UncertaintyWeighting({"a": "gaussian"}).double()
    scale = build("imtl_l").double()
    noise.log_variances["a"].data.fill_(-0.7)
    scale.log_scales["a"].data.fill_(0.7)
    assert scale({"a": LOSSES[0]}).item() == pytest.approx(2 * noise({"a": LOSSES[0]}).item())


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_dynamic_averages_are_even_for_two_epochs_and_then_favour_what_falls_slowly(temperature: float):
    weighting = build("dwa", temperature=temperature)
    weighting.end_epoch({"a": 4.0, "b": 1.0, "c": 1.0})
    assert weighting.task_weights() == {"a": 1, "b": 1, "c": 1}
    weighting.end_epoch({"a": 2.0, "b": 0.9, "c": 1.0})
    ratios = [ratio / temperature for ratio in (0.5, 0.9, 1.0)]
    expected = [3 * math.exp(ratio) / sum(map(math.exp, ratios)) for ratio in ratios]
    assert list(weighting.task_weights().values()) == pytest.approx(expected)
    assert weighting(named(LOSSES)).item() == pytest.approx(float(torch.tensor(expected).double() @ LOSSES))
    weighting.end_epoch({"a": 1.9, "b": 0.3})  # a task that has ended: those that are left are compared
    ratios = [ratio / temperature for ratio in (0.95, 1 / 3)]
    expected = [*(2 * math.exp(ratio) / sum(map(math.exp, ratios)) for ratio in ratios), 1]
    assert list(weighting.task_weights().values()) == pytest.approx(expected)


def test_random_weights_are_a_softmax_of_normals_anew_for_every_step():
    weighting = build("random")
    drawn = []
    state = torch.get_rng_state()
    for step in range(4000):
        weighting.start_step(step)
        drawn.append(list(weighting.task_weights().values()))
    assert torch.equal(torch.get_rng_state(), state)  # dropout draws as it would without
    weights = torch.tensor(drawn)
    torch.testing.assert_close(weights.sum(dim=1), torch.full((4000,), 3.0))
    torch.testing.assert_close(weights.mean(dim=0), torch.ones(3), atol=0.05, rtol=0)
    logs = weights.log()
    assert (logs[:, 0] - logs[:, 1]).std().item() == pytest.approx(math.sqrt(2), rel=0.05)  # of two normals
    weighting.start_step(17)
    assert list(weighting.task_weights().values()) == drawn[17]


def test_the_geometric_mean_cares_for_no_scale():
    weighting = build("geometric_mean")
    weights = weighting.weights(LOSSES, GRAM)
    mean = float(LOSSES.prod()) ** (1 / 3)
    torch.testing.assert_close(weights, mean / (3 * LOSSES))
    torch.testing.assert_close(
        weighting.weights(torch.tensor([400.0, 0.5, 1.0]).double(), GRAM)[0] * 400,
        mean * 100 ** (1 / 3) / 3 * torch.ones(()).double(),
    )


def after_warm_up(losses: torch.Tensor, first: torch.Tensor, **keys: float) -> torch.Tensor:
    """Of what each task adds to the step, its share, when its loss was so much in the first steps."""
    weighting = build("stch", first_steps=3, **keys)
    for scale in (0.5, 1.0, 1.5):
        torch.testing.assert_close(weighting.weights(losses, GRAM), 1 / losses)  # the slope of the sum of logs
        weighting.after_step(scale * first, GRAM, pytest.fail)
    return weighting.weights(losses, GRAM) * losses / len(losses)


def test_the_smooth_maximum_goes_from_even_to_the_worst_task_alone():
    ones = torch.ones(3).double()
    torch.testing.assert_close(after_warm_up(LOSSES, ones, mu=100.0), ones / 3, atol=0.01, rtol=0)
    torch.testing.assert_close(after_warm_up(LOSSES, ones, mu=1.0), LOSSES / LOSSES.sum())
    torch.testing.assert_close(
        after_warm_up(LOSSES, ones, mu=0.01), torch.tensor([1.0, 0.0, 0.0]).double(), atol=1e-6, rtol=0
    )


def test_the_worst_task_of_a_smooth_maximum_is_the_one_that_fell_least_and_not_the_one_with_the_largest_loss():
    """Sums over words, as at the beginning of a training: tags 92, trees 63; pairs 1.1."""
    first, fallen = torch.tensor([92.0, 63.0, 1.1]).double(), torch.tensor([0.2, 0.5, 0.9]).double()

    shares = after_warm_up(first * fallen, first)

    authors = (fallen.log() / 0.2).softmax(dim=0)  # of log(L / nadir), as their code has it
    torch.testing.assert_close(shares, authors, rtol=1e-5, atol=0)
    assert shares.argmax() == 2
    assert shares[2] > 0.8


def test_famo_moves_its_logits_by_adam_as_its_authors_code_does():
    """Losses at real scales; the last one does not fall: after 228 steps nearly all weight is on it."""
    first, rates = torch.tensor([92.0, 123.0, 1.1]).double(), torch.tensor([0.98, 0.985, 1.0]).double()
    weighting = build("famo")
    logits = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([logits], lr=0.025, weight_decay=1e-3)
    for step in range(228):
        losses = first * rates**step
        weighting.after_step(losses, GRAM, lambda losses=losses: losses * rates)
        adam.zero_grad()
        (logits.softmax(dim=0) * (losses.log() - (losses * rates).log())).sum().backward()
        adam.step()
    torch.testing.assert_close(weighting.logits.double(), logits.detach(), atol=2e-3, rtol=0)
    shares = weighting.weights(first, GRAM) * first
    shares /= shares.sum()
    assert shares[2] > 0.85  # plain steps of that size: .36
    assert shares[0] < 0.08


def test_famo_begins_even_and_turns_to_what_fell_least():
    weighting = build("famo", learning_rate=0.5)
    first = weighting.weights(LOSSES, GRAM)
    torch.testing.assert_close(first, (1 / LOSSES) / (1 / LOSSES).sum())
    later = LOSSES * torch.tensor([0.5, 1.0, 0.9]).double()
    weighting.after_step(LOSSES, GRAM, lambda: later)

    logits = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    fallen = (LOSSES.log() - later.log()).detach()
    (logits.softmax(dim=0) * fallen).sum().backward()  # J^T delta
    assert logits.grad is not None
    torch.testing.assert_close(weighting.logits.double(), -0.5 * logits.grad.sign(), atol=1e-5, rtol=0)  # Adam's first
    shares = weighting.weights(LOSSES, GRAM) * LOSSES
    assert shares[1] > shares[2] > shares[0]


def test_famo_follows_the_jacobian_of_uneven_shares_and_lets_them_decay():
    weighting = FamoWeighting(3, learning_rate=0.5, decay=0.2)
    weighting.logits.copy_(torch.tensor([1.0, -0.5, 0.25]))
    later = LOSSES * torch.tensor([0.5, 1.0, 0.9]).double()
    logits = weighting.logits.double().requires_grad_()
    slope = (logits.softmax(dim=0) * (LOSSES.log() - later.log())).sum() + 0.2 / 2 * logits.square().sum()
    (expected,) = torch.autograd.grad(slope, logits)

    weighting.after_step(LOSSES, GRAM, lambda: later)

    torch.testing.assert_close(weighting.moments[0].double(), 0.1 * expected)


def test_the_keys_of_a_method_reach_what_it_is_built_as():
    norm = build("gradnorm", alpha=0.25, learning_rate=0.5, first_steps=3)
    assert isinstance(norm, GradNormWeighting)
    assert (norm.alpha, norm.learning_rate, norm.first) == (0.25, 0.5, 3)

    kendall, liebel = build("uncertainty"), build("uncertainty", variant="liebel")
    assert kendall({"a": LOSSES[0]}).item() == pytest.approx(4.0)  # s = 0: the loss, and half of s
    assert liebel({"a": LOSSES[0]}).item() == pytest.approx(4.0 + math.log(2))
    assert kendall({"b": LOSSES[1]}).item() == pytest.approx(0.5 * 0.5)  # a gaussian, as its head says
    assert build("uncertainty", likelihoods={"b": "softmax"})({"b": LOSSES[1]}).item() == pytest.approx(0.5)


def test_what_methods_know_of_a_task_is_its_labels_and_the_likelihood_of_its_head():
    assert facts_of(tiny_model(), ["xpos", "relatedness", "unknown"]) == {
        "xpos": TaskFacts(7, "softmax"),
        "relatedness": TaskFacts(5, "softmax"),  # a divergence from a soft target, and no squared error
    }


def test_in_training_random_weights_are_others_in_every_step(build_trainer: Callable[..., Trainer]):
    drawn = [
        [event.diagnosis.task_weights for event in build_trainer(**RANDOM).events() if isinstance(event, StepDone)]
        for _ in range(2)
    ]
    assert drawn[0] == drawn[1]
    assert len({tuple(weights.values()) for weights in drawn[0]}) == len(drawn[0]) > 3


RANDOM: dict[str, Any] = {"schedule": "joint", "weighting": {"method": "random"}}


@pytest.mark.parametrize("schedule", ["joint", "successive"])
def test_in_training_dynamic_averages_follow_the_mean_losses_of_epochs(
    build_trainer: Callable[..., Trainer], schedule: str
):
    trainer = build_trainer(schedule=schedule, epochs=3, weighting={"method": "dwa", "temperature": 0.5})
    means: list[dict[str, float]] = []
    steps: list[tuple[int, dict[str, float]]] = []
    for event in trainer.events():
        if isinstance(event, EpochDone):
            means.append(dict(trainer.progress.last_losses))
        elif isinstance(event, StepDone):
            steps.append((event.epoch, event.diagnosis.task_weights))

    ratios = torch.tensor([means[1][task] / means[0][task] for task in trainer.tasks])
    expected = dict(zip(trainer.tasks, (5 * (ratios / 0.5).softmax(dim=0)).tolist(), strict=True))
    assert {epoch for epoch, _ in steps} == {1, 2, 3}
    for epoch, weights in steps:
        assert weights == pytest.approx(expected if epoch == 3 else dict.fromkeys(trainer.tasks, 1.0), rel=1e-4)
