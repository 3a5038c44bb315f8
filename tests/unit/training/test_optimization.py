"""Groups, rates and clipping against appendix A of the paper."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from jmt.network.batches.batching import build_batch
from jmt.training.optimization import build_optimizers, clip, learning_rate, parameter_groups
from jmt.training.settings.training import (
    L2Settings,
    OptimizerSettings,
    SuccessiveRegularizationSettings,
    TrainingSettings,
)
from tests.assets.tiny_examples import tiny_examples
from tests.assets.tiny_model import tiny_model
from tests.assets.tiny_transformer import tiny_transformer

pytestmark = pytest.mark.numbers


def test_the_learning_rate_decays_as_in_the_paper():
    rates = [learning_rate(OptimizerSettings(), epoch, 0.0) for epoch in range(1, 5)]

    assert rates == pytest.approx([1.0, 1 / 1.3, 1 / 1.6, 1 / 1.9])


def test_every_parameter_is_in_one_group_with_its_own_lambda():
    model = tiny_model()
    groups = parameter_groups(model, L2Settings(), OptimizerSettings())
    decay_of = {id(parameter): group["weight_decay"] for group in groups for parameter in group["params"]}

    assert sum(len(group["params"]) for group in groups) == len(list(model.parameters())) == len(decay_of)
    for name, parameter in model.named_parameters():
        matrix = parameter.dim() == 2
        expected = (
            2e-6
            if name.startswith("encoder.levels.") and matrix
            else 2e-5
            if name.startswith("heads.") and matrix
            else 0
        )
        assert decay_of[id(parameter)] == expected, name


def test_decay_is_the_gradient_of_lambda_times_the_squared_norm():
    model = tiny_model()
    weight = model.heads["xpos"].classifier[1].weight
    before = weight.detach().clone()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    (optimizer,) = build_optimizers(model, L2Settings(classifiers=0.1), OptimizerSettings(learning_rate=0.5))
    optimizer.step()

    assert torch.allclose(weight, before - 0.5 * 2 * 0.1 * before)


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_decay_is_part_of_adam_s_gradient_and_apart_from_adamw_s(kind: str):
    """The first step on nothing but the decay: Adam's is one learning rate long, AdamW's a share of the weight."""
    model = tiny_model()
    weight = model.heads["xpos"].classifier[1].weight
    before = weight.detach().clone()
    weight.grad = torch.zeros_like(weight)
    settings = OptimizerSettings(kind=kind, learning_rate=0.05)
    for optimizer in build_optimizers(model, L2Settings(classifiers=0.1), settings):
        optimizer.step()

    gradient = 2 * 0.1 * before
    expected = {"adam": before - 0.05 * gradient / (gradient.abs() + 1e-8), "adamw": before - 0.05 * gradient}
    torch.testing.assert_close(weight.detach(), expected[kind])


def test_under_adam_training_with_decay_ends_where_the_paper_s_objective_is_least_and_apart_from_adam_s_it_does_not():
    """J + lambda ||W||^2 is what the paper minimises (eq. 6): that Adam sees the decay changes the way, not the end.

    Half the rows have no other gradient than the decay: they end at zero, as the objective has it.
    """
    decay, ends = 0.3, {}
    for kind in ("adam", "adamw"):
        model = tiny_model()
        weight = model.heads["xpos"].classifier[1].weight
        wanted = torch.linspace(-1, 1, weight.numel()).view_as(weight)
        half = len(weight) // 2
        optimizers = build_optimizers(
            model, L2Settings(classifiers=decay), OptimizerSettings(kind=kind, learning_rate=0.02, betas=(0.9, 0.999))
        )
        for step in range(1500):
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = 0.02 * (1 - step / 1500)
                optimizer.zero_grad(set_to_none=True)
            (weight[:half] - wanted[:half]).square().sum().backward()
            for optimizer in optimizers:
                optimizer.step()
        least = torch.cat([wanted[:half] / (1 + decay), torch.zeros_like(wanted[half:])])
        ends[kind] = float((weight.detach() - least).abs().max())

    assert ends["adam"] < 1e-3
    assert ends["adamw"] > 0.1


def test_at_the_paper_s_strength_decay_moves_no_weight_by_more_than_the_noise_of_training():
    """With lambda 1e-5 the least of J + lambda w^2 lies within 1e-5 of a weight of that of J, where J'' is about one;
    and a step with nothing but the decay is as long as any other, never longer."""
    model = tiny_model()
    weight = model.heads["xpos"].classifier[1].weight
    wanted = torch.linspace(-1, 1, weight.numel()).view_as(weight)
    optimizers = build_optimizers(model, L2Settings(), OptimizerSettings(kind="adam", learning_rate=0.02))
    for step in range(1500):
        before = weight.detach().clone()
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = 0.02 * (1 - step / 1500)
            optimizer.zero_grad(set_to_none=True)
        (0.5 * (weight - wanted).square().sum()).backward()
        for optimizer in optimizers:
            optimizer.step()
        assert (weight.detach() - before).abs().max() <= 0.0201

    assert (weight.detach() - wanted).abs().max() < 1e-3


def test_a_step_of_another_task_takes_no_decay_from_a_head():
    model = tiny_model()
    optimizers = build_optimizers(
        model, L2Settings(classifiers=0.1), OptimizerSettings(kind="adam", learning_rate=0.05)
    )
    before = model.heads["chunk"].classifier[1].weight.detach().clone()
    model.heads["xpos"].classifier[1].weight.sum().backward()
    for optimizer in optimizers:
        optimizer.step()

    torch.testing.assert_close(model.heads["chunk"].classifier[1].weight.detach(), before, rtol=0, atol=0)


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_every_optimizer_has_the_moments_asked_for(kind: str):
    settings = OptimizerSettings(kind=kind, betas=(0.7, 0.8))
    optimizers = build_optimizers(tiny_model(), L2Settings(), settings)

    assert len(optimizers) == 2
    assert {group["betas"] for optimizer in optimizers for group in optimizer.param_groups} == {(0.7, 0.8)}


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_adam_steps_every_parameter_that_has_a_gradient(kind: str):
    model = tiny_model()
    optimizers = build_optimizers(model, L2Settings(), OptimizerSettings(kind=kind, learning_rate=0.01))
    held = [parameter for optimizer in optimizers for group in optimizer.param_groups for parameter in group["params"]]

    assert {id(parameter) for parameter in held} == {id(parameter) for parameter in model.parameters()}
    assert len(held) == len(list(model.parameters()))


def test_clipping_is_by_the_global_norm_of_dense_and_sparse_gradients():
    dense, table = torch.nn.Parameter(torch.zeros(2)), torch.nn.Embedding(5, 2, sparse=True)
    dense.grad = torch.tensor([3.0, 0.0])
    (table(torch.tensor([1, 1, 4])) * torch.tensor([0.0, 2.0])).sum().backward()  # rows 1 and 4 get 4 and 2
    norm = clip([dense, table.weight], limit=1.0)

    assert norm == pytest.approx((3**2 + 4**2 + 2**2) ** 0.5)
    clipped = torch.cat([dense.grad, table.weight.grad.to_dense().flatten()]).norm().item()
    assert clipped == pytest.approx(1.0)
    assert dense.grad.tolist() == pytest.approx([3.0 / norm, 0.0])


def test_gradients_of_nothing_change_neither_the_norm_nor_a_bit_of_what_is_clipped():
    """Summed in float32, the norm is rounded by how many there are, in another way on every kind of processor."""

    def clipped(seed: int, *extra: float) -> tuple[float, list[torch.Tensor]]:
        parameters = [torch.nn.Parameter(torch.zeros(size)) for size in (*range(1, 24), *[3] * len(extra))]
        draws = torch.Generator().manual_seed(seed)
        for parameter in parameters[:23]:
            parameter.grad = torch.randn(parameter.shape, generator=draws)
        for parameter, value in zip(parameters[23:], extra, strict=True):
            parameter.grad = torch.full((3,), value)
        return clip(parameters, 1.0), [parameter.grad for parameter in parameters[:23]]

    for seed in range(40):
        norm, gradients = clipped(seed)
        for extra in ([0.0], [0.0] * 9, [1e-30] * 14):
            assert clipped(seed, *extra)[0] == norm
            assert all(map(torch.equal, clipped(seed, *extra)[1], gradients))


def test_small_gradients_are_left_as_they_are():
    parameter = torch.nn.Parameter(torch.zeros(2))
    parameter.grad = torch.tensor([0.3, 0.4])

    assert clip([parameter], limit=1.0) == pytest.approx(0.5)
    assert parameter.grad.tolist() == pytest.approx([0.3, 0.4])


def test_a_pull_that_would_overshoot_is_refused_when_the_settings_are_read():
    with pytest.raises(ValidationError, match="overshoot"):
        TrainingSettings(successive_regularization=SuccessiveRegularizationSettings(default=0.6))


@pytest.mark.parametrize("limit", [0.05, 1.0, 3.0, 1e6])
def test_clipping_equals_torch_s_on_a_model_whose_tables_are_dense(limit: float):
    """Once with the sparse tables, once with dense ones of the same values: one global norm over all of them."""
    sparse, dense = tiny_model(), tiny_model()
    dense.encoder.words.words.sparse = dense.encoder.words.ngrams.table.sparse = False
    for model in (sparse, dense):
        examples = tiny_examples()["dep"]
        batch = build_batch(examples.inputs, model.lexicon)
        head = model.heads["dep"]
        gold = head.encode_gold(examples.gold, batch.mask.size(1))
        head.loss(model(batch, ["dep"])["dep"], gold, batch.mask).backward()
    assert sparse.encoder.words.words.weight.grad.is_sparse
    assert not dense.encoder.words.words.weight.grad.is_sparse

    norm = clip(sparse.parameters(), limit)
    expected = torch.nn.utils.clip_grad_norm_(dense.parameters(), limit)
    assert norm == pytest.approx(expected.item(), rel=1e-5)
    for (name, ours), theirs in zip(sparse.named_parameters(), dense.parameters(), strict=True):
        assert (ours.grad is None) == (theirs.grad is None), name
        if ours.grad is not None:
            assert torch.allclose(ours.grad.to_dense(), theirs.grad, rtol=1e-4, atol=1e-7), name


def test_the_rate_rises_to_its_height_and_falls_to_zero_at_the_last_step():
    for schedule, halfway in (("linear", 0.5), ("cosine", 0.5)):
        settings = OptimizerSettings(schedule=schedule, warmup=0.2, learning_rate=2.0)
        assert learning_rate(settings, 1, 0.0) == 0.0
        assert learning_rate(settings, 1, 0.1) == pytest.approx(1.0)
        assert learning_rate(settings, 1, 0.2) == pytest.approx(2.0)
        assert learning_rate(settings, 1, 0.6) == pytest.approx(2.0 * halfway)
        assert learning_rate(settings, 1, 1.0) == pytest.approx(0.0)


def test_deeper_layers_of_a_pretrained_encoder_learn_more_slowly_and_each_parameter_once():
    model = tiny_transformer()
    settings = OptimizerSettings(kind="adamw", pretrained_scale=0.1, layer_decay=0.5)
    groups = parameter_groups(model, L2Settings(pretrained=0.01), settings)
    found = {
        id(parameter): (group["scale"], group["weight_decay"]) for group in groups for parameter in group["params"]
    }
    parameters = dict(model.named_parameters())
    assert sum(len(group["params"]) for group in groups) == len(parameters) == len(found)
    for block, scale in enumerate((0.025, 0.05, 0.1)):
        query = f"encoder.pretrained.blocks.{block}.attention.self.query"
        assert found[id(parameters[f"{query}.weight"])] == pytest.approx((scale, 0.02))
        assert found[id(parameters[f"{query}.bias"])] == pytest.approx((scale, 0.0))
    table = parameters["encoder.pretrained.embeddings.word_embeddings.weight"]
    assert found[id(table)] == pytest.approx((0.0125, 0.0))
    assert found[id(parameters["heads.xpos.classifier.1.weight"])][0] == 1.0
