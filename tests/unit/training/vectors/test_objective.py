"""The objective's gradients against autograd on eq. 12 as it stands, and the tables that learn from them."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.training.vectors.objective import skipgram
from jmt.training.vectors.tables import NgramTargets, Table


def equation_12(targets: Tensor, contexts: Tensor, noise: Tensor, hits: Tensor, weight: float) -> Tensor:
    """Return the loss pair by pair and noise word by noise word, as the paper writes it."""
    total = torch.zeros((), dtype=targets.dtype)
    for pair in range(len(targets)):
        total = total - F.logsigmoid(targets[pair] @ contexts[pair])
        for word in range(len(noise)):
            if not hits[pair, word]:
                total = total - weight * F.logsigmoid(-(targets[pair] @ noise[word]))
    return total


def test_loss_and_gradients_are_those_of_equation_12() -> None:
    targets, contexts, noise = (torch.randn(rows, 5, dtype=torch.float64, requires_grad=True) for rows in (7, 7, 4))
    hits = torch.rand(7, 4) < 0.3
    loss = equation_12(targets, contexts, noise, hits, 0.6)
    loss.backward()
    found = skipgram(targets.detach(), contexts.detach(), noise.detach(), hits, 0.6)
    assert found.loss == pytest.approx(loss.item())
    for gradient, leaf in zip(found[1:], (targets, contexts, noise), strict=True):
        torch.testing.assert_close(gradient, leaf.grad)


def test_a_target_is_the_mean_of_its_ngrams_and_each_gets_its_share_of_the_gradient() -> None:
    starts, ngrams = torch.tensor([0, 2, 3, 6]), torch.tensor([0, 1, 1, 2, 3, 0])
    targets = NgramTargets(4, 3, torch.Generator().manual_seed(1), ngrams, starts)
    table = targets.table.vectors.clone().requires_grad_()
    words = torch.tensor([0, 2])
    means = torch.stack([table[[0, 1]].mean(0), table[[2, 3, 0]].mean(0)])
    torch.testing.assert_close(targets.look_up(words), means)
    toward = torch.randn(2, 3)
    (means * toward).sum().backward()
    before = targets.table.vectors.clone()
    targets.step(words, toward, 0.5)
    assert table.grad is not None
    gradient = table.grad
    expected = before - 0.5 * gradient / (gradient.square().mean(1, keepdim=True) + 1e-6).sqrt()
    torch.testing.assert_close(targets.table.vectors, expected)


def test_rows_that_repeat_in_a_step_are_summed_before_the_step() -> None:
    once, twice = Table(3, 4), Table(3, 4)
    gradient = torch.randn(1, 4)
    once.step(torch.tensor([1]), 2 * gradient, 0.1)
    twice.step(torch.tensor([1, 1]), gradient.repeat(2, 1), 0.1)
    torch.testing.assert_close(once.vectors, twice.vectors)
    assert once.vectors[[0, 2]].eq(0).all()
