"""The trace norm: its value, its gradient where singular values repeat or vanish, and its proximal step."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from jmt.training.sharing.trace_norm import nuclear_norm, shrink_singular_values
from tests.unit.training.sharing.regressions import Regressions, regressions, squared_error


def random(*shape: int, seed: int = 3) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def orthonormal(rows: int, columns: int, seed: int = 3) -> Tensor:
    return torch.linalg.qr(random(rows, columns, seed=seed))[0]


def gradient(penalty: Callable[[Tensor], Tensor], stack: Tensor) -> Tensor:
    stack = stack.clone().requires_grad_()
    (found,) = torch.autograd.grad(penalty(stack), stack)
    return found


def has_the_gradient_of_the_nuclear_norm(penalty: Callable[[Tensor], Tensor]) -> None:
    """U V^T for known U and V: with singular values that differ, that repeat, and that vanish."""
    left, right = orthonormal(7, 4, seed=1), orthonormal(4, 4, seed=2)
    for values in ([4.0, 3.0, 2.0, 1.0], [2.0, 2.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [3.0, 1.0, 0.0, 0.0], [0.0] * 4):
        sizes = torch.tensor(values, dtype=torch.float64)
        stack = ((left * sizes) @ right.T).T  # (T, D)
        expected = ((left * (sizes > 0)) @ right.T).T
        torch.testing.assert_close(gradient(penalty, stack), expected, rtol=0, atol=1e-12)


def through_the_svd(stack: Tensor) -> Tensor:
    left, _, right = torch.linalg.svd(stack.T, full_matrices=False)
    return (left @ right * stack.T).sum()


def with_every_direction(stack: Tensor) -> Tensor:
    left, _, right = torch.linalg.svd(stack.T.detach(), full_matrices=False)
    return (left @ right * stack.T).sum()


def test_laf_is_the_sum_of_the_singular_values_of_features_by_tasks():
    stack = random(3, 4, 5)
    matrix = torch.stack([weights.reshape(-1) for weights in stack], dim=1)

    assert nuclear_norm(stack, "laf").item() == pytest.approx(torch.linalg.svdvals(matrix).sum().item(), rel=1e-12)


def test_tt_is_the_mean_over_the_cuts_between_axes_with_that_of_tasks_last():
    stack = random(3, 4, 5)
    train = torch.einsum("tij->ijt", stack)
    cuts = [train.reshape(4, 15), train.reshape(20, 3)]
    expected = sum(torch.linalg.svdvals(matrix).sum().item() for matrix in cuts) / 2

    assert nuclear_norm(stack, "tt").item() == pytest.approx(expected, rel=1e-12)
    assert nuclear_norm(stack.flatten(1), "tt").item() == pytest.approx(nuclear_norm(stack).item(), rel=1e-12)


def test_tucker_is_the_mean_over_the_unfoldings_along_every_axis():
    stack = random(3, 4, 5)
    by_task = torch.stack([stack[t].reshape(-1) for t in range(3)])
    by_row = torch.stack([stack[:, i].reshape(-1) for i in range(4)])
    by_column = torch.stack([stack[:, :, j].reshape(-1) for j in range(5)])
    expected = sum(torch.linalg.svdvals(matrix).sum().item() for matrix in (by_task, by_row, by_column)) / 3

    assert nuclear_norm(stack, "tucker").item() == pytest.approx(expected, rel=1e-12)


def test_tasks_that_are_alike_cost_root_t_and_orthonormal_ones_t():
    weights = random(6)

    assert nuclear_norm(weights.expand(5, 6)).item() == pytest.approx(math.sqrt(5) * weights.norm().item())
    assert nuclear_norm(orthonormal(6, 5).T).item() == pytest.approx(5)


def test_the_gradient_is_u_v_also_where_singular_values_repeat_or_vanish():
    has_the_gradient_of_the_nuclear_norm(nuclear_norm)


@pytest.mark.parametrize("broken", [through_the_svd, with_every_direction])
def test_the_proof_fails_for_a_gradient_through_the_svd_and_for_one_with_arbitrary_directions(broken):
    distinct = random(4, 7)
    torch.testing.assert_close(gradient(broken, distinct), gradient(nuclear_norm, distinct))  # nothing to see here
    with pytest.raises(AssertionError):
        has_the_gradient_of_the_nuclear_norm(broken)


@pytest.mark.parametrize("flatten", ["laf", "tucker"])
def test_the_gradient_agrees_with_finite_differences(flatten):
    assert torch.autograd.gradcheck(lambda stack: nuclear_norm(stack, flatten), random(3, 2, 4).requires_grad_())


def test_tasks_that_start_alike_are_all_pulled_alike_in_single_precision_too():
    found = gradient(nuclear_norm, random(50).float().expand(6, 50))

    torch.testing.assert_close(found, found[:1].expand(6, 50), rtol=0, atol=1e-6)


def test_the_proximal_step_is_exact_on_a_diagonal_matrix():
    matrix = torch.diag(torch.tensor([3.0, 1.0, 0.5, 2.0]))

    assert shrink_singular_values(matrix, 1.0).tolist() == torch.diag(torch.tensor([2.0, 0.0, 0.0, 1.0])).tolist()


def test_no_matrix_is_nearer_and_smaller_than_the_one_that_the_proximal_step_finds():
    """The proof: what was taken off lies in threshold times the subdifferential of the norm."""
    for matrix in (random(6, 4), random(3, 7), random(6, 2) @ random(2, 5), torch.zeros(3, 3).double()):
        found = shrink_singular_values(matrix, 0.8)
        off = matrix - found
        assert torch.linalg.matrix_norm(off, 2) <= 0.8 + 1e-12
        assert (off * found).sum().item() == pytest.approx(0.8 * torch.linalg.svdvals(found).sum().item(), abs=1e-12)


def rank_two(descend: Callable[[Regressions], Tensor]) -> None:
    """The proof: six tasks that mix two directions are found to have rank two, exactly."""
    truth = list((random(6, 2, seed=8) @ random(2, 10, seed=9)).unbind())
    found = descend(regressions(truth, examples=40))
    assert torch.linalg.matrix_rank(found, rtol=1e-10).item() == 2
    assert (found - torch.stack(truth)).norm() < 0.1 * torch.stack(truth).norm()


def proximal_descent(tasks: Regressions) -> Tensor:
    rate = 1 / max(torch.linalg.matrix_norm(x.T @ x, 2).item() for x, _ in tasks)
    stack = torch.zeros(6, 10, dtype=torch.float64)
    for _ in range(200):
        step = gradient(lambda rows: squared_error(tasks, rows), stack)
        stack = shrink_singular_values(stack - rate * step, 3.0 * rate)
    return stack


def adam(tasks: Regressions) -> Tensor:
    stack = torch.zeros(6, 10, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([stack], lr=0.02)
    for _ in range(250):
        optimizer.zero_grad()
        (squared_error(tasks, stack) + 3.0 * nuclear_norm(stack)).backward()
        optimizer.step()
    return stack.detach()


def test_proximal_steps_find_the_rank_that_was_planted():
    rank_two(proximal_descent)


def test_the_proof_fails_for_adam_which_reaches_no_low_rank():
    with pytest.raises(AssertionError):
        rank_two(adam)
