"""GradNorm compares lengths at the part of the network that is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from jmt.network.parts import subnetwork_of
from jmt.training.events import StepDone
from jmt.training.gradients.blocks import blocks_of
from jmt.training.gradients.rows import RowGradients
from jmt.training.trainer import Trainer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]


def test_lengths_are_compared_at_the_part_that_is_named(build_trainer: Build):
    """GradNorm's W is the last shared layer: here level 1, which chunks and tags share, and not the words below."""
    trainer = build_trainer(
        tasks=("xpos", "chunk"),
        schedule="joint",
        weighting={"method": "gradnorm", "shared": "level1"},
        optimizer={"learning_rate": 1e-9},
    )
    rows = trainer.stepper.gradients
    assert isinstance(rows, RowGradients)
    next(event for event in trainer.events() if isinstance(event, StepDone))

    at_level = {task: [row[name] for name in row if subnetwork_of(name) == "level1"] for task, row in rows.rows.items()}
    flat = torch.stack([torch.cat([value.flatten() for value in values]) for values in at_level.values()]).double()
    torch.testing.assert_close(rows.gram, flat @ flat.T, rtol=1e-5, atol=1e-9)
    everywhere = torch.stack([block.gram() for block in blocks_of(rows.rows, rows.parameters) if len(block.tasks) == 2])
    assert (everywhere.sum(dim=0).diagonal() > rows.gram.diagonal()).all()
