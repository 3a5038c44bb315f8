"""Noise in the labels of classes: its likelihood, and what it is for."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from jmt.cascade.symbols.labels import IGNORED
from jmt.network.heads.of_wholes.noise import LearnedNoise, build_noise


def test_the_likelihood_is_the_mean_over_noisy_softmaxes():
    """Of two classes, softmax(f + s eps) is a sigmoid of a normal variable, whose mean is an integral."""
    scores = torch.tensor([[1.5, 0.0, 0.8], [-2.0, 0.0, 1.6]])
    gold = torch.tensor([0, 0])
    torch.manual_seed(1)
    found = LearnedNoise(400_000).loss(scores, gold).item()

    expected, points = 0.0, np.linspace(-12, 12, 20_001)
    for first, second, log_variance in scores.tolist():
        scale = math.sqrt(2 * math.exp(log_variance))  # of the difference of two noises
        density = np.exp(-(points**2) / 2) / math.sqrt(2 * math.pi)
        mean = np.trapezoid(density / (1 + np.exp(-(first - second + scale * points))), points)
        expected -= math.log(mean)
    assert found == pytest.approx(expected, rel=5e-3)


def test_where_there_is_almost_no_noise_the_loss_is_the_cross_entropy_and_unknown_classes_add_nothing():
    logits, gold = torch.randn(5, 3), torch.tensor([0, 2, IGNORED, 1, 1])
    certain = torch.cat([logits, torch.full((5, 1), -40.0)], dim=1)

    plain = build_noise(0).loss(logits, gold)
    torch.testing.assert_close(build_noise(6).loss(certain, gold), plain)


def test_labels_that_cannot_be_told_are_found_and_a_wrong_one_costs_less():
    """Of examples of the first sort the label is certain, of the second it is drawn by lot: a linear layer over the
    sort alone learns a strength of noise for each, and it is larger where there is noise."""
    torch.manual_seed(2)
    sorts = torch.arange(400) % 2
    gold = torch.where(sorts == 0, 0, torch.randint(0, 2, (400,)))
    inputs = torch.nn.functional.one_hot(sorts, 2).float()
    # Logits as sure as those of a network that has learned most examples by heart; only the noise is left to learn.
    logits = torch.tensor([[4.0, 0.0]]).expand(400, 2)
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    noise = LearnedNoise(50)
    for _ in range(150):
        optimizer.zero_grad()
        (noise.loss(torch.cat([logits, layer(inputs)], dim=1), gold) / 400).backward()
        optimizer.step()

    certain, drawn = layer(torch.eye(2)).squeeze(1).tolist()
    assert drawn > certain + 2
    with torch.no_grad():
        learned = noise.loss(torch.cat([logits, layer(inputs)], dim=1), gold).item()
    assert learned < 0.7 * build_noise(0).loss(logits, gold).item()
