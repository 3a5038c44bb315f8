"""Block sparsity: proximal steps against the conditions of their minimum, and features that are dropped exactly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from jmt.training.sharing.block_sparse import SparseTie, block_norm, project_on_l1_ball, shrink_rows
from tests.unit.training.sharing.regressions import Regressions, regressions, squared_error

DUAL = {1: float("inf"), 2: 2.0, "inf": 1.0}
WIDTHS = (1, 3, 2)
PLANTED = 5
STRENGTH = 16.0


def random(*shape: int, seed: int = 4) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def matrices(features: int = 20) -> list[Tensor]:
    return [random(features, width, seed=width) for width in WIDTHS]


@pytest.mark.parametrize("q", [1, 2, "inf"])
def test_a_row_is_all_that_leaves_a_feature_whatever_the_task(q):
    tasks = matrices()
    rows = [torch.tensor([w for matrix in tasks for w in matrix[i].tolist()]).double() for i in range(20)]
    norms = {
        1: lambda row: row.abs().sum(),
        2: lambda row: row.square().sum().sqrt(),
        "inf": lambda row: row.abs().max(),
    }

    assert block_norm(tasks, q).item() == pytest.approx(sum(norms[q](row).item() for row in rows))


@pytest.mark.parametrize("q", [1, 2, "inf"])
def test_a_row_of_zeros_has_no_gradient(q):
    weights = random(3, 4)
    weights[1] = 0
    weights.requires_grad_()
    (found,) = torch.autograd.grad(block_norm([weights], q), weights)

    assert found[1].tolist() == [0.0] * 4
    assert found.isfinite().all()


@pytest.mark.parametrize("q", [1, 2, "inf"])
def test_the_proximal_step_fulfils_the_conditions_of_its_minimum(q):
    """What was taken off a row has dual norm threshold at most, and points along what was kept, if anything was."""
    tasks = matrices(100)
    tasks[0][7:9], tasks[1][7], tasks[2][7] = 0, 0, 0
    tasks[1][9] = tasks[1][9].abs().max()  # equal magnitudes
    for threshold in (0.0, 0.3, 1.0, 3.0):
        before = torch.cat(tasks, dim=1)
        after = torch.cat(shrink_rows(tasks, threshold, q), dim=1)
        off = before - after
        assert (torch.linalg.vector_norm(off, DUAL[q], dim=1) <= threshold + 1e-12).all()
        norms = torch.linalg.vector_norm(after, float(q), dim=1)
        torch.testing.assert_close((off * after).sum(dim=1), threshold * norms, rtol=0, atol=1e-12)
        inside = torch.linalg.vector_norm(before, DUAL[q], dim=1) <= threshold
        assert (after[inside] == 0).all()
        assert (after[~inside] != 0).any(dim=1).all()


@pytest.mark.parametrize("q", [1, 2, "inf"])
def test_nothing_around_it_is_better_than_the_proximal_step(q):
    tasks = matrices()

    def cost(candidate: list[Tensor]) -> float:
        distance = sum((x - w).square().sum().item() for x, w in zip(candidate, tasks, strict=True))
        return distance / 2 + 0.7 * block_norm(candidate, q).item()

    found = shrink_rows(tasks, 0.7, q)
    assert [tuple(x.shape) for x in found] == [(20, width) for width in WIDTHS]
    best = cost(found)
    for number in range(200):
        size = 10.0 ** -(number % 6)
        assert cost([x + size * random(*x.shape, seed=number) for x in found]) > best


def test_with_q_1_every_weight_is_shrunk_by_itself():
    for matrix, found in zip(matrices(), shrink_rows(matrices(), 0.5, 1), strict=True):
        torch.testing.assert_close(found, torch.nn.functional.softshrink(matrix, 0.5))


def test_with_q_inf_the_projection_on_the_l1_ball_is_what_is_taken_off():
    rows = random(50, 6)
    (found,) = shrink_rows([rows], 1.5, "inf")

    torch.testing.assert_close(found, rows - project_on_l1_ball(rows, 1.5))


def test_the_projection_on_the_l1_ball_is_that_found_by_bisection():
    rows = random(100, 6) * torch.logspace(-2, 2, 100, dtype=torch.float64)[:, None]
    found = project_on_l1_ball(rows, 2.0)
    for row, point in zip(rows, found, strict=True):
        low, high = 0.0, row.abs().max().item()
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if (row.abs() - middle).clamp_min(0).sum() > 2 else (low, middle)
        torch.testing.assert_close(point, row.sign() * (row.abs() - high).clamp_min(0), rtol=0, atol=1e-10)


def test_the_projection_leaves_what_is_inside_and_meets_a_ball_of_radius_zero_in_zero():
    rows = torch.tensor([[0.5, -0.5, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])

    assert project_on_l1_ball(rows, 1.5).tolist() == [[0.5, -0.5, 0.0], [0.5, 0.5, 0.5], [0.0, 0.0, 0.0]]
    assert project_on_l1_ball(rows, 0.0).abs().max() == 0


def planted() -> Regressions:
    """Three tasks of 20 features that all use the first 5, one of them with small weights, and no other."""
    truth = [torch.cat([weights[:PLANTED], 0 * weights[PLANTED:]]) for weights in matrices()]
    truth[0] *= 0.05
    return regressions(truth, examples=200)


def support_is_found(found: list[Tensor]) -> None:
    """The proof: in every task the 15 rows that nobody uses are exactly zero, and the 5 others are not."""
    for matrix in found:
        assert (matrix == 0).all(dim=1).tolist() == [False] * PLANTED + [True] * 15


def proximal_descent(tasks: Regressions, shrink: Callable[[list[Tensor], float], list[Tensor]]) -> list[Tensor]:
    rate = 1 / max(torch.linalg.matrix_norm(x.T @ x, 2).item() for x, _ in tasks)
    found = [torch.zeros(20, width, dtype=torch.float64) for width in WIDTHS]
    for _ in range(200):
        steps = [x.T @ (x @ w - y) for (x, y), w in zip(tasks, found, strict=True)]
        found = shrink([w - rate * step for w, step in zip(found, steps, strict=True)], STRENGTH * rate)
    return found


def adam(tasks: Regressions) -> list[Tensor]:
    found = [torch.zeros(20, width, dtype=torch.float64, requires_grad=True) for width in WIDTHS]
    optimizer = torch.optim.Adam(found, lr=0.02)
    for _ in range(250):
        optimizer.zero_grad()
        (squared_error(tasks, found) + STRENGTH * block_norm(found)).backward()
        optimizer.step()
    return [weights.detach() for weights in found]


@pytest.mark.parametrize("q", [2, "inf"])
def test_proximal_steps_drop_exactly_the_features_that_no_task_uses(q):
    support_is_found(proximal_descent(planted(), lambda tasks, threshold: shrink_rows(tasks, threshold, q)))


def test_the_proof_fails_for_adam_which_drops_no_feature():
    found = adam(planted())

    assert (torch.cat(found, dim=1) == 0).all(dim=1).sum() == 0
    with pytest.raises(AssertionError):
        support_is_found(found)


def test_the_proof_fails_where_every_task_drops_features_by_itself():
    def alone(tasks: list[Tensor], threshold: float) -> list[Tensor]:
        return [shrink_rows([task], threshold)[0] for task in tasks]

    with pytest.raises(AssertionError):
        support_is_found(proximal_descent(planted(), alone))


@pytest.mark.parametrize("q", [1, 2, "inf"])
def test_a_level_loses_input_features_not_gates(q):
    """Column i of an LSTM's input weights is all that leaves feature i, to all gates, in both directions."""
    names = ("weight_ih_l0", "weight_ih_l0_reverse", "weight_hh_l0")
    copies = {
        name: [nn.Parameter(random(8, 6, seed=7 * number + task)) for task in range(2)]
        for number, name in enumerate(names)
    }
    with torch.no_grad():
        for name in names[:2]:
            for weights in copies[name]:
                weights[:, 2] *= 1e-3  # hardly used by anybody
                weights[5] *= 1e-3  # a gate that hardly opens, which is no feature
    before = {name: [weights.detach().clone() for weights in members] for name, members in copies.items()}
    SparseTie(copies, q).apply_step(0.05, 1)

    for name in names[:2]:
        for weights, was in zip(copies[name], before[name], strict=True):
            assert (weights[:, 2] == 0).all()
            if q != 1:  # there every weight is by itself
                assert (weights[5, [0, 1, 3, 4, 5]] != 0).all()
            assert not torch.equal(weights, was)
    for weights, was in zip(copies["weight_hh_l0"], before["weight_hh_l0"], strict=True):
        assert torch.equal(weights, was)  # what comes from the level itself is no input
