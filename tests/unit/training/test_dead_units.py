"""Units that never fire are counted where a model is scored."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from jmt.training.dead_units import watch_units
from jmt.training.events import EpochDone


def test_a_unit_is_dead_where_no_input_makes_it_fire():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    with torch.no_grad():
        model[0].weight.fill_(0.0)
        model[0].bias.copy_(torch.tensor([1.0, -1.0, -2.0, 0.5]))
        model[0].weight[2] = torch.tensor([5.0, 0.0, 0.0])
    with watch_units(model) as dead:
        model(torch.tensor([[[0.0, 1.0, 1.0], [0.0, 2.0, 1.0]]]))
        assert dead() == {"1": 0.5}
        model(torch.tensor([[[1.0, 0.0, 0.0]]]))  # one of them fires after all
        assert dead() == {"1": 0.25}
    model(torch.ones(1, 1, 3))
    assert not model[1]._forward_hooks  # nothing is left behind


def test_training_tells_how_many_units_are_dead_where_it_scores(build_trainer):
    trainer = build_trainer(tasks=("xpos",), epochs=1)
    head = trainer.model.heads["xpos"].classifier

    def evaluate() -> dict[str, dict[str, float]]:
        with torch.no_grad():
            head[1].bias.fill_(-100.0)
            trainer.model(trainer.model.build_batch([["A", "cat"]]), ["xpos"])
        return {"xpos": {"accuracy": 0.5}}

    trainer.evaluate = evaluate
    (epoch,) = (event for event in trainer.events() if isinstance(event, EpochDone))
    assert epoch.dead_units == {"heads.xpos.classifier.2": pytest.approx(1.0)}
