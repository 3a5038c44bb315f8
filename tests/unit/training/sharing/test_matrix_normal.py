"""Learned relations: Omega's closed form is the best there is, clusters are found, and no gradient passes through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from jmt.training.sharing.matrix_normal import EPSILON, MatrixNormal, closed_form, relation_penalty
from tests.unit.training.sharing.regressions import minimum, regressions, squared_error


def random(*shape: int, seed: int = 2) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def is_best(solve: Callable[[Tensor], Tensor]) -> None:
    """The proof: the objective is the squared nuclear norm, and 2000 other covariances of trace 1 are worse."""
    stack = random(5, 8)
    best = relation_penalty(stack, solve(stack)).item()
    assert best == pytest.approx(torch.linalg.svdvals(stack).sum().item() ** 2, rel=1e-10)
    roots = random(2000, 5, 6)
    others = roots @ roots.mT
    others /= others.diagonal(dim1=1, dim2=2).sum(dim=1)[:, None, None]
    costs = torch.einsum("td,nts,sd->n", stack, torch.linalg.inv(others), stack)
    assert costs.min() > best
    shares = torch.linspace(0.05, 0.95, 19)[:, None, None]  # and between it and them
    between = shares * solve(stack) + (1 - shares) * others[:19]
    assert (torch.einsum("td,nts,sd->n", stack, torch.linalg.inv(between), stack) > best).all()


def can_be_inverted(solve: Callable[[Tensor], Tensor]) -> None:
    """The proof: with fewer features than tasks, and with tasks alike, Omega is a covariance of trace 1 and bounded."""
    for stack in (random(6, 2), random(3).expand(6, 3), random(6, 10)):
        omega = solve(stack)
        values = torch.linalg.eigvalsh(omega)
        assert values.sum().item() == pytest.approx(1)
        torch.testing.assert_close(omega, omega.T)
        assert values.min() > 0
        assert 1 / values.min().item() <= 6 * (1 + 1 / EPSILON) ** 0.5


def clusters_are_found(solve: Callable[[Tensor], Tensor]) -> None:
    """The proof: of tasks a, -a, a, -a .. learned in turns with Omega, the signs of Omega tell which is which."""
    signs = torch.tensor([1.0, -1.0, 1.0, -1.0, -1.0, 1.0], dtype=torch.float64)
    truth = list((signs[:, None] * random(8) + 0.2 * random(6, 8, seed=5)).unbind())
    tasks = regressions(truth, examples=6, noise=0.5)  # fewer examples than features
    omega = torch.eye(6, dtype=torch.float64) / 6
    for _ in range(5):
        stack = minimum(lambda w, omega=omega: squared_error(tasks, w) + 0.05 * relation_penalty(w, omega), (6, 8))
        omega = solve(stack)
    assert torch.equal(omega.sign(), torch.outer(signs, signs))


def test_the_penalty_is_the_trace_of_its_definition():
    stack, root = random(4, 3, 2), random(4, 4)
    omega = root @ root.T
    weights = torch.stack([task.reshape(-1) for task in stack], dim=1)  # W (D, T)

    assert relation_penalty(stack, omega).item() == pytest.approx(
        torch.trace(weights @ torch.linalg.inv(omega) @ weights.T).item()
    )


def test_at_the_closed_form_the_penalty_is_the_squared_nuclear_norm_and_no_other_covariance_is_better():
    is_best(partial(closed_form, epsilon=0.0))


def test_the_proof_fails_without_the_root():
    def without_root(stack: Tensor) -> Tensor:
        gram = stack @ stack.T
        return gram / gram.trace()

    with pytest.raises(AssertionError):
        is_best(without_root)


def test_omega_has_an_inverse_with_fewer_features_than_tasks_and_with_tasks_alike():
    can_be_inverted(closed_form)


def test_the_proof_fails_without_epsilon():
    with pytest.raises(AssertionError):
        can_be_inverted(partial(closed_form, epsilon=0.0))


def test_the_scale_of_the_weights_does_not_matter_and_zeros_say_nothing():
    stack = random(4, 6)

    torch.testing.assert_close(closed_form(1e-4 * stack), closed_form(stack))
    assert closed_form(torch.zeros(4, 6)).tolist() == (torch.eye(4).double() / 4).tolist()


def test_the_signs_of_omega_recover_clusters_that_were_planted():
    clusters_are_found(closed_form)


def test_the_proof_fails_where_features_stand_for_tasks():
    with pytest.raises(AssertionError):
        clusters_are_found(lambda stack: closed_form(stack.T[:6]))


def test_omega_starts_as_plain_weight_decay_times_t():
    relations, stack = MatrixNormal(5), random(5, 3, 2).float()

    assert relations.omega.dtype == torch.float32
    assert relations(stack).item() == pytest.approx(5 * stack.square().sum().item(), rel=1e-5)


def test_no_gradient_passes_through_omega_and_that_of_the_weights_is_twice_w_over_omega():
    relations, weights = MatrixNormal(4), torch.nn.Parameter(random(4, 6).float())
    relations.update(weights)
    weights.data += random(4, 6, seed=9).float()  # Omega is from before
    (found,) = torch.autograd.grad(relations(weights), weights)
    expected = 2 * torch.linalg.inv(relations.omega.double()) @ weights.detach().double()

    assert list(relations.parameters()) == []
    assert not relations.omega.requires_grad
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-5)


def test_a_covariance_that_still_hangs_on_the_weights_is_taken_as_a_constant():
    weights, attached = random(4, 6).requires_grad_(), random(4, 4)
    omega = weights @ weights.T + attached @ attached.T
    (found,) = torch.autograd.grad(relation_penalty(weights, omega), weights)

    torch.testing.assert_close(found, 2 * torch.linalg.inv(omega.detach()) @ weights.detach())


def test_omega_travels_with_the_state_of_the_module():
    first, second = MatrixNormal(4), MatrixNormal(4)
    first.update(random(4, 6))
    second.load_state_dict(first.state_dict())

    assert torch.equal(first.omega, second.omega)
    assert first(random(4, 6)) == second(random(4, 6))
