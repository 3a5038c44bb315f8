"""Task graphs: builders against sums written out, and regression against its closed form and its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations

import pytest
import torch
from torch import Tensor

from jmt.errors import ConfigError
from jmt.training.sharing.task_graph import check_graph, cluster_graph, complete_graph, graph_penalty, mean_graph
from tests.unit.training.sharing.regressions import minimum, regressions, squared_error

CLUSTERS = ["a", "b", "a", "b", "b"]
Builder = Callable[[list[str]], Tensor]


def random(*shape: int, seed: int = 6) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def graph_of_clusters(clusters: list[str]) -> Tensor:
    return cluster_graph(clusters, within=3.0, between=0.5, mean=0.2)


def test_the_penalty_is_half_the_sum_over_all_pairs_and_its_gradient_e_w():
    stack, root = random(4, 2, 3).requires_grad_(), random(4, 4)
    graph = root @ root.T
    expected = sum(graph[i, j] * (stack[i] * stack[j]).sum() / 2 for i in range(4) for j in range(4))
    penalty = graph_penalty(stack, graph)
    (found,) = torch.autograd.grad(penalty, stack)

    assert penalty.item() == pytest.approx(expected.item())
    torch.testing.assert_close(found, torch.einsum("lq,qij->lij", graph, stack))


def test_the_complete_graph_is_the_sum_of_pairwise_distances():
    stack = random(5, 3, 2)

    assert graph_penalty(stack, complete_graph(5)).item() == pytest.approx(
        sum(float((stack[s] - stack[t]).square().sum()) / 2 for s, t in combinations(range(5), 2))
    )


def test_the_mean_graph_is_half_of_the_mean_and_of_the_spread_about_it():
    stack = random(5, 7)
    mean = stack.mean(dim=0)
    spread = sum(((weights - mean) ** 2).sum() for weights in stack)

    assert graph_penalty(stack, mean_graph(5, 4.0)).item() == pytest.approx(
        ((mean**2).sum() + 4 / 5 * spread).item() / 2
    )


def test_the_cluster_graph_is_half_of_what_lies_within_between_and_in_the_mean():
    stack = random(5, 7)
    mean = stack.mean(dim=0)
    centres = {
        name: torch.stack([w for w, c in zip(stack, CLUSTERS, strict=True) if c == name]).mean(0) for name in "ab"
    }
    within = sum(((w - centres[c]) ** 2).sum() for w, c in zip(stack, CLUSTERS, strict=True))
    between = sum(((centres[c] - mean) ** 2).sum() for c in CLUSTERS)
    expected = (3.0 * within + 0.5 * between + 0.2 * 5 * (mean**2).sum()) / 2

    assert graph_penalty(stack, graph_of_clusters(CLUSTERS)).item() == pytest.approx(expected.item())


def test_the_strengths_of_a_cluster_graph_are_its_eigenvalues():
    values = torch.linalg.eigvalsh(graph_of_clusters(CLUSTERS))

    assert values.tolist() == pytest.approx([0.2, 0.5, 3.0, 3.0, 3.0])


@pytest.mark.parametrize("graph", [graph_of_clusters(CLUSTERS), mean_graph(5, 2.0)])
def test_regression_under_a_graph_is_that_of_the_normal_equations_and_of_the_kernel(graph):
    tasks = regressions([random(6, seed=t) for t in range(5)], examples=4)  # fewer examples than features
    found = minimum(lambda stack: squared_error(tasks, stack) + graph_penalty(stack, graph), (5, 6))
    inputs, outputs = torch.block_diag(*(x for x, _ in tasks)), torch.cat([y for _, y in tasks])
    system = inputs.T @ inputs + torch.kron(graph, torch.eye(6).double())
    relation = torch.linalg.inv(graph)
    numbers = torch.arange(5).repeat_interleave(4)
    rows = torch.cat([x for x, _ in tasks])
    kernel = relation[numbers][:, numbers] * (rows @ rows.T)
    dual = torch.linalg.solve(kernel + torch.eye(20).double(), outputs)
    by_task = [x.T @ part for (x, _), part in zip(tasks, dual.split(4), strict=True)]
    by_kernel = relation @ torch.stack(by_task)

    torch.testing.assert_close(found.reshape(-1), torch.linalg.solve(system, inputs.T @ outputs), rtol=0, atol=1e-8)
    torch.testing.assert_close(found, by_kernel, rtol=0, atol=1e-8)


def does_not_drift(build: Builder) -> None:
    """The proof: to move all tasks together, as far as one likes, costs something."""
    shift = random(7).expand(5, 7)
    assert graph_penalty(100 * shift, build(CLUSTERS)) > 1
    check_graph(build(CLUSTERS), 5)


def test_clusters_do_not_drift_freely():
    does_not_drift(graph_of_clusters)


def test_the_proof_fails_without_the_mean():
    with pytest.raises(AssertionError):
        does_not_drift(lambda clusters: cluster_graph(clusters, within=3.0, between=0.5, mean=0.0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_graphs_that_are_semi_definite_but_for_rounding_pass(dtype):
    for tasks in range(1, 12):
        check_graph(complete_graph(tasks).to(dtype), tasks)
        check_graph(mean_graph(tasks, 0.0).to(dtype), tasks)
        check_graph(cluster_graph([t % 3 for t in range(tasks)], 7.0, 0.0, 1e-3).to(dtype), tasks)
    check_graph(torch.tensor([[2, -1], [-1, 2]]), 2)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ([[1.0, 0.0]], "E is 1 x 2; with 2 tasks it must be 2 x 2"),
        ([[1.0, 0.0], [float("nan"), 1.0]], r"E\[1\]\[0\] is nan; give a finite number"),
        ([[1.0, 0.5], [-0.5, 1.0]], r"E\[0\]\[1\] is 0.5 but E\[1\]\[0\] is -0.5; E must be symmetric"),
        ([[1.0, 2.0], [2.0, 1.0]], r"smallest eigenvalue of E is -1,.* add 1.001 or more to every E\[t\]\[t\]"),
    ],
)
def test_a_graph_that_cannot_be_a_penalty_is_refused_with_what_was_found_and_what_to_do(graph, message):
    with pytest.raises(ConfigError, match=message):
        check_graph(torch.tensor(graph, dtype=torch.float64), 2)


def test_what_the_refusal_advises_is_enough():
    for seed in range(20):
        graph = random(6, 6, seed=seed)
        graph = graph + graph.T
        with pytest.raises(ConfigError) as refusal:
            check_graph(graph, 6)
        (added,) = re.findall(r"add ([\d.e+-]+)", str(refusal.value))
        check_graph(graph + float(added) * torch.eye(6), 6)
