"""Parts of the network that learn in a way of their own: rates, decay and schedules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from jmt.errors import ConfigError
from jmt.network.parts import subnetwork_of
from jmt.runs.config import read_config
from jmt.training.events import StepDone
from jmt.training.optimization import Optimizers, build_optimizers, learning_rate, parameter_groups, tables_of
from jmt.training.settings.training import L2Settings, OptimizerSettings, SubnetworkSettings, TrainingSettings
from jmt.training.trainer import Trainer
from jmt.training.weighting.sum import FixedWeighting
from tests.assets.tiny_model import tiny_model
from tests.assets.tiny_transformer import tiny_transformer

OWN = {
    "words": SubnetworkSettings(rate=0.5),
    "level2": SubnetworkSettings(rate=2.0, l2=0.05),
    "dep": SubnetworkSettings(schedule="constant"),
}


def test_every_parameter_is_in_exactly_one_group_whatever_parts_are_named():
    for model in (tiny_model(), tiny_transformer()):
        groups = parameter_groups(model, L2Settings(), OptimizerSettings(), OWN)
        members = [id(parameter) for group in groups for parameter in group["params"]]  # type: ignore[attr-defined]
        assert sorted(members) == sorted(id(parameter) for parameter in model.parameters())


def test_a_part_is_named_by_what_a_reader_calls_it():
    names = {subnetwork_of(name) for name, _ in tiny_model().named_parameters()}
    assert names == {
        *("words", "level1", "level2", "level3", "level4", "level5"),
        *("xpos", "chunk", "dep", "relatedness", "entailment"),
    }
    assert {subnetwork_of(name) for name, _ in tiny_transformer().named_parameters()} >= {
        "pretrained",
        "words",
        "level1",
    }


def test_under_plain_sgd_every_part_steps_by_its_own_rate_and_decay():
    model = tiny_model()
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    (optimizer,) = build_optimizers(model, L2Settings(lstm=0, classifiers=0), OptimizerSettings(learning_rate=0.1), OWN)
    for group in optimizer.param_groups:
        group["lr"] = group["scale"] * learning_rate(group["settings"], 1, 0.0)
    optimizer.step()
    for name, parameter in model.named_parameters():
        part = OWN.get(subnetwork_of(name), SubnetworkSettings())
        decays = part.l2 if part.l2 is not None and parameter.dim() == 2 and "levels" in name else 0.0
        expected = before[name] - 0.1 * part.rate * (1 + 2 * decays * before[name])
        torch.testing.assert_close(parameter.detach(), expected)


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_pulls_and_ties_are_told_the_rate_of_every_parameter(kind: str):
    model = tiny_model()
    settings = TrainingSettings.model_validate({"optimizer": {"kind": kind, "learning_rate": 0.1}, "subnetwork": OWN})
    optimizers = Optimizers(model, FixedWeighting({}), settings)
    optimizers.set_rates(1, 0.0)

    assert optimizers.rates() == pytest.approx(
        {name: 0.1 * OWN.get(subnetwork_of(name), SubnetworkSettings()).rate for name, _ in model.named_parameters()}
    )


def test_a_part_that_learns_slowly_is_pulled_slowly(build_trainer: Callable[..., Trainer]):
    """With no gradient but the pull, a step goes a share 2 lr delta of the way back, lr that of the part."""
    trainer = build_trainer(
        tasks=("xpos", "chunk"),
        subnetwork={"level1": {"rate": 0.25}},
        optimizer={"learning_rate": 0.1},
        successive_regularization={"default": 1.0, "lower_classifiers": 1.0},
    )
    stepper, parameters = trainer.stepper, dict(trainer.model.named_parameters())
    trainer.pull.start_pass("chunk", "xpos", first_of_epoch=False)
    stepper.optimizers.set_rates(1, 0.0)
    with torch.no_grad():
        for parameter in parameters.values():
            parameter.add_(1.0)
    stepper._update({})

    for name, held in trainer.pull.anchor.values.items():
        if name not in tables_of(trainer.model):
            rate = 0.025 if subnetwork_of(name) == "level1" else 0.1
            torch.testing.assert_close(parameters[name].detach(), held + 1 - 2 * rate)


def test_one_adam_with_groups_is_as_many_adams_bit_for_bit():
    together, apart = tiny_model(), tiny_model()
    settings = OptimizerSettings(kind="adam", learning_rate=0.1)
    dense, _ = build_optimizers(together, L2Settings(lstm=0, classifiers=0), settings, OWN)
    for group in dense.param_groups:
        group["lr"] = group["scale"] * learning_rate(group["settings"], 1, 0.0)
    own: list[torch.optim.Optimizer] = []
    tables = tables_of(together)
    for name, parameter in apart.named_parameters():
        part = OWN.get(subnetwork_of(name), SubnetworkSettings())
        decays = part.l2 if part.l2 is not None and parameter.dim() == 2 and "levels" in name else 0.0
        if name not in tables:
            own.append(torch.optim.Adam([parameter], lr=0.1 * part.rate, weight_decay=2 * decays, fused=True))
    for number in range(3):
        for model in (together, apart):
            for place, (name, parameter) in enumerate(model.named_parameters()):
                parameter.grad = (
                    None if name in tables else torch.full_like(parameter, 0.1 * (number + 1) * (place + 1))
                )
        for optimizer in (dense, *own):
            optimizer.step()
    start = tiny_model().state_dict()
    for name, parameter in together.named_parameters():
        assert torch.equal(parameter, apart.get_parameter(name)), name
        assert torch.equal(parameter, start[name]) == (name in tables), name


@pytest.mark.parametrize("kind", ["sgd", "adam", "adamw"])
def test_rates_follow_every_part_s_own_schedule_in_training(build_trainer, kind):
    subnetwork = {"words": {"rate": 0.5}, "dep": {"schedule": "constant"}, "level1": {"schedule": "cosine"}}
    optimizer = {"kind": kind, "learning_rate": 0.08, "schedule": "linear", "warmup": 0.25}
    trainer = build_trainer(schedule="joint", epochs=4, optimizer=optimizer, subnetwork=subnetwork)
    names = {id(parameter): subnetwork_of(name) for name, parameter in trainer.stepper.parameters.items()}
    seen: list[dict[str, float]] = []
    for event in trainer.events():
        if isinstance(event, StepDone):
            groups = [group for each in trainer.stepper.optimizers.of_model for group in each.param_groups]
            seen.append({names[id(parameter)]: group["lr"] for group in groups for parameter in group["params"]})
            assert event.learning_rate == seen[-1]["chunk"]
    steps = len(seen)
    for number, rates in enumerate(seen):
        done = number / steps
        line = 0.08 * (done / 0.25 if done < 0.25 else (1 - done) / 0.75)
        assert rates["chunk"] == pytest.approx(line)
        assert rates["words"] == pytest.approx(0.5 * line)
        assert rates["dep"] == pytest.approx(0.08 * min(1.0, done / 0.25))
        if done >= 0.25:
            assert rates["level1"] == pytest.approx(
                0.04 * (1 - torch.tensor((1 - done) / 0.75 * torch.pi).cos().item())
            )


def test_a_part_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(
        ConfigError, match=r"training\.subnetwork\.level9: no such part .* words, level1, .*, entailment"
    ):
        read_config("demo", overrides=["training.subnetwork.level9.rate=2"])
    joint = ["training.schedule=joint", "training.weighting.method=gradnorm"]
    with pytest.raises(ConfigError, match=r"training.weighting.shared: no part `level9`; there are words, level1"):
        read_config("demo", overrides=[*joint, "training.weighting.shared=level9"])
    with pytest.raises(ConfigError, match="no such part of the network"):
        read_config("demo", overrides=["training.subnetwork.pretrained.rate=2"])
    read_config("transformer", overrides=["training.subnetwork.pretrained.rate=2", "training.subnetwork.dep.l2=0"])
