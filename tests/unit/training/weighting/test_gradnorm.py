"""GradNorm: its gradient against autograd, its fixed points in closed form, and which way slow tasks go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from jmt.training.weighting.gradnorm import GradNormWeighting


class WrongSign(GradNormWeighting):
    """The mutation: the loss ratio taken for the training rate, where it is its inverse."""

    def slopes(self, weights: Tensor, norms: Tensor, ratios: Tensor) -> Tensor:
        return super().slopes(weights, norms, 1 / ratios)


def settle(kind: type[GradNormWeighting], norms: list[float], ratios: list[float], alpha: float) -> list[float]:
    """Weights after many steps at fixed norms and loss ratios; the rate falls, since the slope is a sign."""
    lengths, count = torch.tensor(norms, dtype=torch.float64), len(norms)
    weighting = kind(count, alpha=alpha, first=1)
    weighting.after_step(torch.ones(count, dtype=torch.float64), torch.diag(lengths**2), unused)
    for rate in (3e-2, 3e-3, 3e-4, 3e-5):
        weighting.learning_rate = rate
        for _ in range(700):
            weighting.after_step(torch.tensor(ratios, dtype=torch.float64), torch.diag(lengths**2), unused)
            assert weighting.current.sum().item() == pytest.approx(count)
            assert (weighting.current > 0).all()
    return weighting.current.tolist()


def unused() -> Tensor:
    raise AssertionError("GradNorm does not look at losses after the step")


def slow_task_gains(kind: type[GradNormWeighting]) -> None:
    """The proof: of tasks with gradients of one length, the one whose loss fell least counts most."""
    weights = settle(kind, [1.0, 1.0, 1.0], [0.9, 0.5, 0.1], alpha=1.5)
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 1.5 * weights[1]


def test_a_slow_task_gains():
    slow_task_gains(GradNormWeighting)


def test_the_proof_fails_where_the_exponent_has_the_wrong_sign():
    with pytest.raises(AssertionError):
        slow_task_gains(WrongSign)


def test_without_alpha_all_gradients_come_to_the_same_length():
    assert settle(GradNormWeighting, [1.0, 4.0], [0.7, 0.2], alpha=0.0) == pytest.approx([1.6, 0.4], abs=1e-3)


def test_with_alpha_one_weights_go_with_ratio_over_length():
    norms, ratios = [2.0, 8.0, 1.0], [1.0, 0.5, 0.75]
    exact = torch.tensor(ratios) / torch.tensor(norms)
    exact = 3 * exact / exact.sum()
    assert settle(GradNormWeighting, norms, ratios, alpha=1.0) == pytest.approx(exact.tolist(), abs=1e-3)


def test_the_closed_gradient_is_that_of_the_loss_with_its_target_held_constant():
    logs = torch.tensor([1.4, 0.6], dtype=torch.float64).log().requires_grad_()
    norms, ratios = torch.tensor([0.4226, 0.7188]).double(), torch.tensor([0.3, 0.8]).double()
    sizes = logs.exp() * norms
    target = (sizes.mean() * (ratios / ratios.mean()) ** 1.5).detach()
    (expected,) = torch.autograd.grad((sizes - target).abs().sum() / sizes.mean().detach(), logs)

    closed = GradNormWeighting(2, alpha=1.5).slopes(logs.exp().detach(), norms, ratios)
    torch.testing.assert_close(closed, expected)


def test_progress_is_measured_from_the_mean_of_the_first_losses():
    weighting = GradNormWeighting(2, first=3)
    gram = torch.eye(2, dtype=torch.float64)
    for scale in (1.0, 2.0, 6.0):
        weighting.after_step(scale * torch.tensor([1.0, 2.0]).double(), gram, unused)
        assert weighting.current.tolist() == [1.0, 1.0]
    assert weighting.initial.tolist() == [3.0, 6.0]
    weighting.after_step(torch.tensor([3.0, 3.0]).double(), gram, unused)
    assert weighting.current[0] > 1 > weighting.current[1]


def test_the_weights_never_reach_the_network_s_own_gradients(build_trainer: Callable):
    """At weights of one, training is that of the plain sum: its loss leaks into nothing but the weights."""
    plain = build_trainer(schedule="joint", epochs=1)
    list(plain.events())
    norm = build_trainer(
        schedule="joint", epochs=1, weighting={"method": "gradnorm", "first_steps": 1000, "learning_rate": 0.5}
    )
    list(norm.events())
    for name, value in plain.stepper.parameters.items():
        torch.testing.assert_close(norm.stepper.parameters[name], value, atol=1e-6, rtol=1e-5)


def test_how_long_all_gradients_are_together_does_not_matter():
    """A rate means the same in every network: steps are in units of the mean length."""
    norms, losses = torch.tensor([1.0, 2.0, 0.5]).double(), torch.tensor([0.9, 0.5, 0.1]).double()
    found = []
    for scale in (1.0, 1000.0):
        weighting = GradNormWeighting(3, alpha=1.5, first=1)
        for step in range(6):
            weighting.after_step(losses if step else torch.ones(3).double(), torch.diag((scale * norms) ** 2), unused)
        found.append(weighting.current)
    torch.testing.assert_close(found[0], found[1])
    assert (found[0] - 1).abs().max() > 0.05


def test_weights_of_losses_that_differ_a_hundredfold_get_where_they_belong_and_stay_there():
    """At the scales of real sums over words: tags 92, chunks 123, trees 63, pairs 1.1."""
    norms = torch.tensor([92.0, 123.0, 63.0, 1.1]).double()
    weighting = GradNormWeighting(4, alpha=0.0, first=1)
    generator = torch.Generator().manual_seed(3)
    for step in range(20_000):
        noisy = norms * torch.empty(4).double().uniform_(0.8, 1.25, generator=generator)
        weighting.after_step(norms, torch.diag(noisy**2), unused)
        if step in (500, 19_999):
            sizes = weighting.current.double() * norms
            assert sizes / sizes.mean() == pytest.approx(torch.ones(4).double(), rel=0.15)
