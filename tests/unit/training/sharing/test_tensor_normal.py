"""Relations along every axis: the exact step, covariances that are the most likely ones, and none that collapses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from jmt.training.sharing.tensor_normal import EPSILON, TensorNormal

SHAPE = (4, 3, 5)


def random(*shape: int, seed: int = 2) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def covariance(size: int, seed: int) -> Tensor:
    root = random(size, 2 * size, seed=seed)
    matrix = root @ root.T
    return matrix * size / matrix.trace()


def drawn(covariances: Sequence[Tensor], seed: int = 7) -> Tensor:
    """Weights of a tensor-normal distribution."""
    weights = random(*(len(matrix) for matrix in covariances), seed=seed)
    for matrix in covariances:
        weights = torch.tensordot(weights, torch.linalg.cholesky(matrix), dims=([0], [1]))
    return weights


def prior(covariances: Sequence[Tensor], epsilon: float = EPSILON) -> TensorNormal:
    """A prior with these covariances."""
    built = TensorNormal([len(matrix) for matrix in covariances], epsilon=epsilon).double()
    for axis, matrix in zip(built.covariances, covariances, strict=True):
        axis.values, axis.vectors = torch.linalg.eigh(matrix)
    return built


def cost(weights: Tensor, covariances: Sequence[Tensor]) -> float:
    """Twice the negative log-likelihood, less constants, at the scale that is best for the weights."""
    whole = reduce(torch.kron, covariances)
    flat = weights.reshape(-1)
    fit = len(flat) * torch.log(flat @ torch.linalg.solve(whole, flat))
    return float(fit + torch.linalg.slogdet(whole).logabsdet)


Update = Callable[[TensorNormal, Tensor], None]


def no_step_is_worse_and_the_end_is_the_best(update: Update) -> None:
    """The proof: every flip-flop lowers the cost, and where it comes to rest no covariance near or far is better."""
    weights = drawn([covariance(4, 1), covariance(6, 2), covariance(8, 3)])
    learned = TensorNormal(weights.shape, epsilon=0.0).double()
    costs = []
    for _ in range(60):
        update(learned, weights)
        costs.append(cost(weights, [axis.matrix for axis in learned.covariances]))
    assert all(later <= earlier + 1e-8 for earlier, later in pairwise(costs))
    assert costs[-1] == pytest.approx(costs[-2], abs=1e-6)
    best = [axis.matrix for axis in learned.covariances]
    for number in range(3):
        for seed in range(40):
            other = list(best)
            share = 0.02 if seed % 2 else 0.5
            other[number] = (1 - share) * best[number] + share * covariance(len(best[number]), 100 + seed)
            assert cost(weights, other) > costs[-1] - 1e-6


def clusters_are_found(update: Update) -> None:
    """The proof: the signs of covariances tell tasks and outputs apart that were planted as a, -a, a .."""
    tasks = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)
    outputs = torch.tensor([1.0, 1.0, -1.0], dtype=torch.float64)
    weights = torch.einsum("t,o,i->toi", tasks, outputs, random(9)) + 0.3 * random(4, 3, 9, seed=5)
    learned = TensorNormal(weights.shape).double()
    for _ in range(5):
        update(learned, weights)
    assert torch.equal(learned.covariances[0].matrix.sign(), torch.outer(tasks, tasks))
    assert torch.equal(learned.covariances[1].matrix.sign(), torch.outer(outputs, outputs))


def nothing_collapses(update: Update) -> None:
    """The proof: learned in turns with shrinking weights, a covariance keeps its size and an inverse."""
    weights = drawn([covariance(4, 1), covariance(3, 2), covariance(5, 3)])
    learned = TensorNormal(SHAPE).double()
    for _ in range(20):
        update(learned, weights)
        weights = learned.move(weights, 0.3)
        for size, axis in zip(SHAPE, learned.covariances, strict=True):
            assert axis.matrix.trace().item() == pytest.approx(size)
            assert axis.values.min() >= 0.99 * EPSILON


def flip_flop(learned: TensorNormal, weights: Tensor) -> None:
    learned.update(weights)


def without_determinants(learned: TensorNormal, weights: Tensor) -> None:
    """What is best where log determinants are dropped and only the trace is held: the root (as MTRL has it)."""
    for number, axis in enumerate(learned.covariances):
        rows = weights.movedim(number, 0).flatten(1)
        values, vectors = torch.linalg.eigh(rows @ rows.T)
        roots = values.clamp_min(1e-12).sqrt()
        axis.values, axis.vectors = roots * len(roots) / roots.sum(), vectors


def with_its_scale(learned: TensorNormal, weights: Tensor) -> None:
    """The maximum of the likelihood as it stands, with the size of the weights in it."""
    learned.update(weights)
    size = learned(weights).item() * 2 / weights.numel()
    learned.covariances[0].values *= size


def axes_mixed_up(learned: TensorNormal, weights: Tensor) -> None:
    learned.update(weights.reshape(9, 3, 4).permute(2, 1, 0).contiguous())


def test_the_penalty_is_that_of_the_kronecker_product():
    covariances, weights = [covariance(size, seed) for seed, size in enumerate(SHAPE)], random(*SHAPE)
    whole, flat = reduce(torch.kron, covariances), weights.reshape(-1)
    assert prior(covariances)(weights).item() == pytest.approx((flat @ torch.linalg.solve(whole, flat) / 2).item())


def test_the_step_is_the_minimum_for_every_strength():
    learned, weights = prior([covariance(size, seed) for seed, size in enumerate(SHAPE)]), random(*SHAPE)
    for step in (0.0, 0.1, 3.0, 1e6):
        moved = learned.move(weights, step).requires_grad_()
        (slope,) = torch.autograd.grad((moved - weights).square().sum() / 2 + step * learned(moved), moved)
        torch.testing.assert_close(slope, torch.zeros_like(slope), rtol=0, atol=1e-8)
    torch.testing.assert_close(learned.move(weights, 0.0), weights)


def test_it_starts_as_half_of_plain_weight_decay():
    learned, weights = TensorNormal(SHAPE), random(*SHAPE).float()
    assert learned(weights).item() == pytest.approx(weights.square().sum().item() / 2, rel=1e-6)
    torch.testing.assert_close(learned.move(weights, 0.5), weights / 1.5)


def test_covariances_are_the_most_likely_ones():
    no_step_is_worse_and_the_end_is_the_best(flip_flop)


def test_the_proof_fails_without_log_determinants():
    with pytest.raises(AssertionError):
        no_step_is_worse_and_the_end_is_the_best(without_determinants)


def test_covariances_of_tasks_and_outputs_recover_clusters_that_were_planted():
    clusters_are_found(flip_flop)


def test_the_proof_fails_where_axes_are_mixed_up():
    with pytest.raises(AssertionError):
        clusters_are_found(axes_mixed_up)


def test_covariances_do_not_collapse_with_the_weights():
    nothing_collapses(flip_flop)


def test_the_proof_fails_where_the_size_of_the_weights_is_learned_too():
    with pytest.raises(AssertionError):
        nothing_collapses(with_its_scale)


def test_zeros_say_nothing_and_the_state_travels_with_the_module():
    first, second = TensorNormal(SHAPE), TensorNormal(SHAPE)
    first.update(torch.zeros(SHAPE))
    assert all(torch.equal(axis.matrix, torch.eye(len(axis.values))) for axis in first.covariances)
    first.update(random(*SHAPE).float())
    second.load_state_dict(first.state_dict())
    weights = random(*SHAPE, seed=9).float()
    assert torch.equal(first.move(weights, 0.3), second.move(weights, 0.3))
    assert list(first.parameters()) == []
