"""L2 distances between tasks: identities, gradients, and the two ends, no sharing at all and hard sharing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
import torch
from torch import Tensor

from jmt.training.sharing.distances import anchor_graph, mean_distance_graph, pairwise_graph
from jmt.training.sharing.task_graph import graph_penalty, step_along
from tests.unit.training.sharing.regressions import minimum, regressions, squared_error


def pairwise(stack: Tensor) -> Tensor:
    return graph_penalty(stack, pairwise_graph(len(stack)))


def to_mean(stack: Tensor) -> Tensor:
    return graph_penalty(stack, mean_distance_graph(len(stack)))


def to_anchor(stack: Tensor, anchor: int) -> Tensor:
    return graph_penalty(stack, anchor_graph(len(stack), anchor))


def stack_of(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)


def gradient(penalty: Callable[[Tensor], Tensor], stack: Tensor) -> Tensor:
    stack = stack.clone().requires_grad_()
    (found,) = torch.autograd.grad(penalty(stack), stack)
    return found


def pulls_every_task_to_the_others(penalty: Callable[[Tensor], Tensor]) -> None:
    stack = stack_of(5, 3, 4)
    expected = torch.stack([5 * row - stack.sum(dim=0) for row in stack])
    torch.testing.assert_close(gradient(penalty, stack), expected)
    assert penalty(stack[:1].expand(5, 3, 4)).item() == pytest.approx(0, abs=1e-12)  # alike, whatever they hold


def test_the_sum_over_pairs_is_the_sum_over_pairs_and_t_times_that_to_the_mean():
    stack = stack_of(5, 3, 4)
    pairs = sum(((stack[s] - stack[t]) ** 2).sum() / 2 for s, t in combinations(range(5), 2))

    assert pairwise(stack).item() == pytest.approx(float(pairs), rel=1e-12)
    assert pairwise(stack).item() == pytest.approx(5 * to_mean(stack).item(), rel=1e-12)


def test_the_gradient_is_t_times_a_task_less_the_sum_of_all():
    pulls_every_task_to_the_others(pairwise)


def test_the_proof_fails_where_every_pair_is_counted_twice_or_lengths_stand_for_distances():
    twice = lambda stack: sum(((one - other) ** 2).sum() / 2 for one in stack for other in stack)  # noqa: E731
    with pytest.raises(AssertionError):
        pulls_every_task_to_the_others(twice)
    with pytest.raises(AssertionError):
        pulls_every_task_to_the_others(lambda stack: pairwise(stack) + stack.square().sum() / 2)  # weight decay


def test_the_distances_to_one_task_pull_the_others_to_it_and_it_to_them():
    stack = stack_of(4, 6)
    found = gradient(lambda rows: to_anchor(rows, 2), stack)

    assert to_anchor(stack, 2).item() == pytest.approx(sum(((w - stack[2]) ** 2).sum().item() / 2 for w in stack))
    for task in (0, 1, 3):
        torch.testing.assert_close(found[task], stack[task] - stack[2])
    torch.testing.assert_close(found[2], 4 * stack[2] - stack.sum(dim=0))


def test_with_strength_zero_every_task_learns_bit_by_bit_what_it_learns_alone():
    tasks = regressions([stack_of(4), -stack_of(4), stack_of(4) + 1], examples=12)
    together = torch.zeros(3, 4, dtype=torch.float64, requires_grad=True)
    alone = [torch.zeros(4, dtype=torch.float64, requires_grad=True) for _ in tasks]
    for _ in range(20):
        loss = squared_error(tasks, list(together.unbind())) + 0.0 * pairwise(together)
        (slope,) = torch.autograd.grad(loss, together)
        together.data -= 0.01 * slope
        for task, weights in zip(tasks, alone, strict=True):
            (slope,) = torch.autograd.grad(squared_error([task], [weights]), weights)
            weights.data -= 0.01 * slope

    assert torch.equal(together, torch.stack(alone))


@pytest.mark.parametrize("penalty", [pairwise, to_mean, lambda stack: to_anchor(stack, 1)])
def test_with_a_strength_without_end_all_tasks_are_the_ridge_regression_of_their_examples_together(penalty):
    tasks = regressions([stack_of(4), -stack_of(4), stack_of(4) + 1], examples=12)
    inputs, outputs = (torch.cat(parts) for parts in zip(*tasks, strict=True))
    shared = torch.linalg.solve(inputs.T @ inputs + 3 * torch.eye(4).double(), inputs.T @ outputs)

    def distance(strength: float) -> float:
        found = minimum(
            lambda w: squared_error(tasks, w) + w.square().sum() / 2 + strength * penalty(w),
            (3, 4),
        )
        return float((found - shared).abs().max())

    assert distance(1e7) < 1e-5
    assert distance(1e5) == pytest.approx(100 * distance(1e7), rel=0.01)  # it nears it as 1 / strength


@pytest.mark.parametrize("graph", [pairwise_graph(4), mean_distance_graph(4), anchor_graph(4, 1)])
def test_the_exact_step_is_where_the_pull_back_and_the_penalty_balance(graph: Tensor):
    stack = stack_of(4, 3, 2)
    for step in (0.0, 0.1, 50.0):
        found = step_along(stack, graph, step)
        slope = gradient(lambda rows: graph_penalty(rows, graph), found)
        torch.testing.assert_close(found - stack + step * slope, torch.zeros_like(stack), atol=1e-9, rtol=0)
    torch.testing.assert_close(step_along(stack, graph, 0.0), stack)


def test_an_endless_step_lays_all_tasks_on_their_mean_where_a_gradient_step_would_fly_off():
    stack = stack_of(4, 3)
    found = step_along(stack, pairwise_graph(4), 1e9)
    torch.testing.assert_close(found, stack.mean(dim=0).expand(4, 3), atol=1e-6, rtol=0)
    explicit = stack - 10 * gradient(pairwise, stack)
    assert pairwise(explicit) > 100 * pairwise(stack)
