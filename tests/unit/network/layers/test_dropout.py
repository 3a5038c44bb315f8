"""Dropout: how often, by how much, and not at all outside training."""

from __future__ import annotations

import pytest
import torch

from jmt.network.layers.dropout import Dropout


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.4, 0.75])
def test_the_rate_and_the_scale_are_those_asked_for(rate: float):
    torch.manual_seed(1)
    values = torch.ones(400, 500)
    dropped = Dropout(rate).train()(values)
    kept = dropped != 0

    assert 1 - kept.float().mean().item() == pytest.approx(rate, abs=0.005)
    assert torch.allclose(dropped[kept], torch.tensor(1 / (1 - rate)), rtol=1e-4)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.01)


def test_every_value_has_a_coin_of_its_own():
    torch.manual_seed(1)
    layer = Dropout(0.5).train()
    kept = torch.stack([layer(torch.ones(8)) != 0 for _ in range(4000)]).float()  # 8 values share two draws
    together = (kept.T @ kept) / len(kept)

    assert torch.allclose(kept.mean(dim=0), torch.tensor(0.5), atol=0.04)
    assert torch.allclose(together[~torch.eye(8, dtype=torch.bool)], torch.tensor(0.25), atol=0.04)


@pytest.mark.parametrize("shape", [(1,), (3,), (5, 7), (2, 3, 5)])
def test_any_shape_is_kept(shape: tuple[int, ...]):
    assert Dropout(0.3).train()(torch.ones(shape)).shape == shape


def test_outside_training_and_at_rate_zero_nothing_happens():
    values = torch.randn(4, 5)

    assert Dropout(0.4).eval()(values) is values
    assert Dropout(0.0).train()(values) is values


def test_the_gradient_passes_where_the_value_did():
    values = torch.ones(50, requires_grad=True)
    dropped = Dropout(0.4).train()(values)
    dropped.sum().backward()

    assert torch.equal(values.grad, dropped.detach())


def test_the_same_seed_drops_the_same_values():
    layer = Dropout(0.4).train()
    torch.manual_seed(5)
    first = layer(torch.ones(100))
    torch.manual_seed(5)

    assert torch.equal(first, layer(torch.ones(100)))
