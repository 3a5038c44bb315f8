"""The small problems behind gradient methods: exact, for gradients of very different lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torchjd.aggregation import MGDAWeighting

from jmt.training.weighting.solvers import conflict_averse, min_norm, nash, project_to_dual_cone, stationarity

Array = npt.NDArray[np.float64]


def hard_rows(count: int) -> Iterator[Array]:
    """Gradients (T, 8) of 2 to 6 tasks: lengths spread over e^0 to e^6, and some doubled or opposed."""
    generator = np.random.default_rng(7)
    for number in range(count):
        rows = generator.normal(size=(generator.integers(2, 7), 8))
        rows *= np.exp(generator.uniform(0, (0, 2, 4, 6)[number % 4], size=(len(rows), 1)))
        if number % 5 == 1:
            rows[0] = rows[-1]
        if number % 5 == 2:
            rows[0] = -rows[-1]
        yield rows


def is_shortest(solve: Callable[[Array], Array]) -> None:
    """The proof: no point of the hull lies behind the plane through d that is square to d (KKT)."""
    for rows in hard_rows(500):
        weights = solve(rows @ rows.T)
        assert weights.sum() == pytest.approx(1)
        assert (weights >= 0).all()
        direction = weights @ rows
        scale = float(np.max(np.linalg.norm(rows, axis=1)) ** 2)
        assert (rows @ direction).min() >= direction @ direction - 1e-9 * scale
        assert (rows @ direction).min() >= -1e-9 * scale  # no task objects


def test_the_shortest_vector_in_the_hull_is_found_exactly():
    is_shortest(min_norm)


def test_the_proof_fails_for_a_search_that_stops_early():
    search = MGDAWeighting(epsilon=1e-3, max_iters=100)  # Frank and Wolfe
    with pytest.raises(AssertionError):
        is_shortest(lambda gram: search(torch.from_numpy(gram)).numpy())


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([[1.0, 0.0], [0.0, 1.0]], 0.5),
        ([[1.0, 0.0], [3.0, 1.0]], 1.0),  # the shorter one is nearest: exactly 1, not 0.999
        ([[2.0, 0.0], [-1.0, 0.5]], None),
    ],
)
def test_of_two_gradients_the_weights_are_those_of_the_closed_form(rows, share):
    first, second = np.array(rows)
    closed = float(np.clip((second - first) @ second / ((first - second) @ (first - second)), 0, 1))
    assert closed == pytest.approx(share if share is not None else closed)
    assert min_norm(np.array(rows) @ np.array(rows).T)[0] == pytest.approx(closed, abs=1e-12)


def test_walking_along_it_ends_at_the_projection_on_the_hull_of_the_minima():
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    for start, end in (([5.0, 5.0], [2.0, 2.0]), ([-3.0, 1.0], [0.0, 1.0]), ([1.0, 1.0], [1.0, 1.0])):
        point = np.array(start)
        for _ in range(200):
            rows = point - centres  # gradients of |x - c|^2 / 2
            direction = min_norm(rows @ rows.T) @ rows
            point = point - 0.3 * direction
        assert point == pytest.approx(end, abs=1e-9)


def test_gradients_that_are_all_zero_get_equal_weights():
    assert min_norm(np.zeros((3, 3))).tolist() == pytest.approx([1 / 3] * 3)


def test_a_bargain_gives_every_task_the_same_share_of_its_own_gain():
    for rows in hard_rows(200):
        if np.linalg.matrix_rank(rows) < len(rows):
            continue
        gram = rows @ rows.T
        weights = nash(gram)
        assert (weights > 0).all()
        assert weights * (gram @ weights) == pytest.approx(np.ones(len(rows)), abs=1e-7)


def test_where_no_step_serves_all_tasks_the_bargain_is_the_shortest_vector_and_nothing_moves():
    for rows in (
        [[1.0, 2.0], [-2.0, -4.0]],
        [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]],
        [[2.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]],
    ):
        gram = np.array(rows) @ np.array(rows).T
        weights = nash(gram)
        assert np.isfinite(weights).all()
        assert weights @ np.array(rows) == pytest.approx(np.zeros(2), abs=1e-9)
        assert stationarity(torch.from_numpy(gram)) == pytest.approx(0, abs=1e-6)


def test_gradients_that_are_the_same_share_a_bargain():
    rows = np.array([[1.0, 2.0], [1.0, 2.0], [3.0, -1.0]])
    weights = nash(rows @ rows.T)
    assert weights * (rows @ rows.T @ weights) == pytest.approx(np.ones(3), abs=1e-7)
    assert weights[0] == pytest.approx(weights[1])


def test_the_bargain_of_two_and_of_orthogonal_tasks_has_a_closed_form():
    gram = np.array([[4.0, -1.0], [-1.0, 9.0]])
    assert nash(gram)[0] == pytest.approx((4 - 1 * np.sqrt(4 / 9)) ** -0.5, rel=1e-10)
    assert nash(np.diag([1.0, 100.0, 1e4])) == pytest.approx([1.0, 0.1, 0.01], rel=1e-10)


def test_the_projection_conflicts_with_no_task_and_is_the_nearest_that_does_not():
    generator = np.random.default_rng(3)
    for rows in hard_rows(100):
        gram = rows @ rows.T
        scale = float(np.trace(gram))
        wishes = np.vstack([np.eye(len(rows)), np.full(len(rows), 1 / len(rows))])
        for wish, found in zip(wishes, project_to_dual_cone(wishes, gram), strict=True):
            direction = found @ rows
            assert (rows @ direction).min() >= -1e-8 * scale
            distance = np.linalg.norm(direction - wish @ rows)
            for _ in range(20):  # other directions without conflict lie no nearer
                other = project_to_dual_cone(generator.normal(size=len(rows)), gram) @ rows
                assert distance <= np.linalg.norm(other - wish @ rows) + 1e-6 * np.sqrt(scale)


def test_without_a_radius_cagrad_is_the_mean_and_with_a_large_one_goes_the_way_of_mgda():
    for rows in hard_rows(60):
        gram = rows @ rows.T
        assert conflict_averse(gram, 0.0) == pytest.approx(np.full(len(rows), 1 / len(rows)))
        shortest = min_norm(gram) @ rows
        if np.linalg.norm(shortest) < 1e-6 * np.sqrt(np.trace(gram)):
            continue
        direction = conflict_averse(gram, 1e5) @ rows
        cosine = direction @ shortest / np.linalg.norm(direction) / np.linalg.norm(shortest)
        assert cosine > 1 - 1e-6


def test_cagrad_serves_the_worst_task_at_least_as_well_as_any_direction_within_its_radius():
    generator = np.random.default_rng(11)
    for rows in hard_rows(40):
        if np.linalg.norm(min_norm(rows @ rows.T) @ rows) < 1e-6 * np.linalg.norm(rows):
            continue  # nothing serves all tasks; the method is silent on what to do then
        mean = rows.mean(axis=0)
        radius = 0.5 * np.linalg.norm(mean)
        direction = conflict_averse(rows @ rows.T, 0.5) @ rows
        assert np.linalg.norm(direction - mean) <= radius * (1 + 1e-6)
        worst = (rows @ direction).min()
        for _ in range(300):
            step = generator.normal(size=8)
            other = mean + radius * step / np.linalg.norm(step)
            assert (rows @ other).min() <= worst + 1e-6 * np.trace(rows @ rows.T)


def test_a_point_between_the_minima_is_stationary_and_one_outside_is_not():
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])

    def at(point: list[float]) -> float | None:
        rows = np.array(point) - centres
        return stationarity(torch.from_numpy(rows @ rows.T))

    assert at([1.0, 1.0]) == pytest.approx(0, abs=1e-6)
    assert at([5.0, 5.0]) > 0.3
    assert stationarity(torch.zeros(2, 2).double()) is None
    lone = torch.zeros(2, 2).double()
    lone[1, 1] = 4.0
    assert stationarity(lone) == pytest.approx(1.0)
