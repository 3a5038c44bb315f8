"""Rules on gradients: what each is known to give, through the whole way that training takes them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.training.settings.training import WeightingSettings
from jmt.training.weighting import METHODS, RowWeighting, build_weighting
from jmt.training.weighting.base import among_reaching
from jmt.training.weighting.methods import TaskFacts

RULES = ["mgda", "pcgrad", "cagrad", "nash", "aligned", "imtl_g", "upgrad", "dualproj"]
EASES_ALL = ["mgda", "nash", "upgrad", "dualproj", "imtl_g"]
"""Rules whose direction harms no task, where there is such a direction."""


def weights_of(method: str, rows: Tensor, losses: Tensor | None = None, **keys: Any) -> Tensor:
    """Weights for the gradients that are the rows of a matrix."""
    tasks = {f"t{number}": TaskFacts(3, "softmax") for number in range(len(rows))}
    weighting = build_weighting(WeightingSettings.model_validate({"method": method, **keys}), tasks)
    assert isinstance(weighting, RowWeighting)
    weighting.start_step(0)
    return weighting.weights(torch.ones(len(rows)).double() if losses is None else losses, rows @ rows.T)


def direction_of(method: str, rows: Tensor) -> Tensor:
    return weights_of(method, rows) @ rows


def random_rows(seed: int, count: int = 4) -> Tensor:
    return torch.randn(count, 9, generator=torch.Generator().manual_seed(seed)).double()


def test_the_rules_are_all_methods_on_gradients():
    assert {name for name, method in METHODS.items() if method.needs == "gradients"} == set(RULES)


def test_pcgrad_takes_from_each_gradient_what_opposes_the_other():
    rows = torch.tensor([[1.0, 0.0], [-1.0, 1.0]]).double()
    assert direction_of("pcgrad", rows).tolist() == pytest.approx([0.5, 1.5])


def test_pcgrad_draws_from_the_seed_of_the_step_and_leaves_other_draws_alone():
    rows = random_rows(2, 6)
    rows[1::2] -= 2 * rows[::2]
    torch.manual_seed(3)
    first = weights_of("pcgrad", rows)
    after = torch.rand(())
    torch.manual_seed(3)
    assert torch.equal(torch.rand(()), after)
    assert torch.equal(weights_of("pcgrad", rows), first)


@pytest.mark.parametrize("method", ["pcgrad", "upgrad", "dualproj", "cagrad"])
def test_without_conflict_gradients_are_added_up(method):
    rows = random_rows(1).abs()
    keys = {"radius": 0.0} if method == "cagrad" else {}
    weights = weights_of(method, rows, **keys)
    torch.testing.assert_close(weights, torch.full((4,), 1.0 if method == "pcgrad" else 0.25).double())


@pytest.mark.parametrize("method", EASES_ALL)
def test_no_task_is_harmed(method):
    for seed in range(30):
        rows = random_rows(seed)
        rows[0] -= rows[1:].sum(dim=0)  # in conflict with the others
        gains = rows @ direction_of(method, rows)
        assert (gains >= -1e-8 * rows.square().sum()).all(), seed


def test_the_plain_sum_does_harm_a_task_there():
    harmed = 0
    for seed in range(30):
        rows = random_rows(seed)
        rows[0] -= rows[1:].sum(dim=0)
        harmed += bool((rows @ rows.sum(dim=0) < 0).any())
    assert harmed > 5


def test_aligned_weighs_orthogonal_gradients_by_the_shortest():
    rows = torch.diag(torch.tensor([1.0, 10.0, 100.0])).double()
    torch.testing.assert_close(weights_of("aligned", rows) @ rows, torch.full((3,), 1 / 3).double())


def test_imtl_g_gives_equal_projections_on_all_gradients():
    rows = random_rows(4, 3)
    projections = rows / rows.norm(dim=1, keepdim=True) @ direction_of("imtl_g", rows)
    torch.testing.assert_close(projections, projections[:1].expand(3))


@pytest.mark.parametrize("method", ["nash", "upgrad", "dualproj", "mgda", "cagrad", "aligned", "imtl_g"])
def test_the_order_of_tasks_changes_nothing(method):
    rows = random_rows(8)
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(weights_of(method, rows[order]), weights_of(method, rows)[order], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("method", RULES)
def test_a_task_without_a_gradient_has_no_say(method):
    rows = random_rows(5, 3)
    padded = torch.cat([rows[:1], torch.zeros(1, 9).double(), rows[1:]])
    weights = weights_of(method, padded)

    assert weights[1] == 1
    if method != "pcgrad":  # whose draws depend on the number of tasks
        torch.testing.assert_close(weights[[0, 2, 3]], weights_of(method, rows))


def test_a_row_of_zeros_taken_for_an_objection_would_stop_all_learning(monkeypatch):
    """The mutation: all rows are handed over, also those of tasks outside the reach."""
    rows = torch.cat([random_rows(5, 3), torch.zeros(1, 9).double()])
    assert (weights_of("mgda", rows) @ rows).norm() > 0.1

    everyone = lambda gram, rule: rule(gram, torch.arange(len(gram)))  # noqa: E731 - one line is the point
    monkeypatch.setattr("jmt.training.weighting.mgda.among_reaching", everyone)
    assert (weights_of("mgda", rows) @ rows).norm() < 1e-6


def test_where_no_task_has_a_gradient_nothing_is_asked():
    assert among_reaching(torch.zeros(2, 2).double(), lambda *_: pytest.fail("asked")).tolist() == [1, 1]


def test_mgda_seeks_among_divided_gradients_and_moves_along_whole_ones():
    rows = torch.tensor([[4.0, 0.0], [0.0, 1.0]]).double()
    losses = torch.tensor([2.0, 0.5]).double()
    expected = {"none": [1 / 17, 16 / 17], "l2": [0.5, 0.5], "loss": [0.5, 0.5], "loss+": [16 / 17, 1 / 17]}
    for normalize, weights in expected.items():
        found = weights_of("mgda", rows, losses, normalize=normalize)
        assert found.tolist() == pytest.approx(weights), normalize


SCALES = {
    "pcgrad": 5.0,
    "cagrad": 1.5,
    "nash": 5**0.5,
    "mgda": 1.0,
    "upgrad": 1.0,
    "dualproj": 1.0,
    "imtl_g": 1.0,
    "aligned": 1.0,
}


@pytest.mark.parametrize(("method", "length"), SCALES.items())
def test_five_equal_gradients_of_length_one_make_a_direction_of_known_length(method, length):
    """Methods differ by up to five in how far they go: rates have to be tuned for each, or `rescale` set."""
    rows = torch.ones(5, 1).double()
    assert float(direction_of(method, rows).norm()) == pytest.approx(length, rel=1e-4)
