"""Batches in parts: the same gradients, and a way on where memory does not suffice."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from jmt.errors import JmtError
from jmt.training.batches.material import Material, is_out_of_memory
from jmt.training.events import StepDone
from jmt.training.freezing import freeze_layers
from jmt.training.settings.training import FreezingSettings
from jmt.training.trainer import Trainer
from tests.assets.tiny_transformer import tiny_transformer

pytestmark = pytest.mark.numbers


def silence(trainer):
    for module in trainer.model.modules():
        if hasattr(module, "threshold"):
            module.threshold = 0
    trainer.model.encoder.words.word_dropout = torch.nn.Identity()
    return trainer


def weights_after(trainer, steps: int):
    for event in trainer.events():
        if isinstance(event, StepDone) and event.step == steps:
            break
    return {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}


def test_a_batch_of_pairs_is_cut_into_pairs():
    sentences = [["a"], ["b"], ["c"], ["A"], ["B"], ["C"]]
    whole = Material(["entailment"], [7, 8, 9], sentences, ["sick", "stsb", "stsb"])
    assert [part.indices for part in whole.parts(2)] == [[7], [8, 9]]
    assert [part.sentences for part in whole.parts(2)] == [[["a"], ["A"]], [["b"], ["c"], ["B"], ["C"]]]
    assert len(whole.parts(8)) == 3
    assert whole.parts(1)[0].sentences == whole.sentences


@pytest.mark.parametrize("method", ["sum", "uncertainty", "famo", "gradnorm", "mgda", "upgrad"])
def test_parts_that_are_added_up_make_the_update_of_the_whole(build_trainer, method):
    settings = {"schedule": "joint", "weighting": {"method": method}, "optimizer": {"learning_rate": 0.01}, "clip": 1e9}
    whole = weights_after(silence(build_trainer(**settings)), 3)
    parts = weights_after(silence(build_trainer(**settings, accumulate=2)), 3)
    for name, value in whole.items():
        torch.testing.assert_close(parts[name], value, atol=1e-5, rtol=1e-4)


def test_parts_are_added_up_for_an_adversary_too(build_trainer):
    found = []
    for parts in (1, 2):
        trainer = build_trainer(schedule="joint", accumulate=parts, clip=1e9, optimizer={"learning_rate": 0.01})
        tasks = [
            dataclasses.replace(task, role="adversarial", reversal=2.0) if task.name == "chunk" else task
            for task in trainer.tasks.values()
        ]
        found.append(weights_after(silence(Trainer(trainer.model, tasks, trainer.settings, seed=3)), 3))
    for name, value in found[0].items():
        torch.testing.assert_close(found[1][name], value, atol=1e-5, rtol=1e-4)


def exhausted_above(trainer, size: int):
    """A memory that holds no more than so many rows of a batch."""
    forward = trainer.model.forward

    def limited(batch, tasks):
        if len(batch.mask) > size:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(batch, tasks)

    trainer.model.forward = limited
    return trainer


def test_where_memory_does_not_suffice_the_batch_is_computed_in_parts_and_nothing_else_changes(build_trainer):
    whole = weights_after(silence(build_trainer(clip=1e9)), 3)
    trainer = exhausted_above(silence(build_trainer(clip=1e9)), 1)
    limited = weights_after(trainer, 3)
    assert trainer.progress.parts == 2
    for name, value in whole.items():
        torch.testing.assert_close(limited[name], value, atol=1e-5, rtol=1e-4)


def test_an_example_that_is_too_large_by_itself_ends_training_with_advice(build_trainer):
    trainer = exhausted_above(build_trainer(), 0)
    with pytest.raises(JmtError, match="does not suffice for a single example"):
        list(trainer.events())


def test_other_failures_are_not_taken_for_an_exhausted_memory():
    assert is_out_of_memory(torch.OutOfMemoryError("x"))
    assert is_out_of_memory(RuntimeError("CUDA error: out of memory"))
    assert is_out_of_memory(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"))
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_training_in_bfloat16_is_the_same_in_float32_where_the_processor_has_none(
    build_trainer, processor_without_bfloat16
):
    reduced, plain = build_trainer(precision="bfloat16", epochs=1), build_trainer(epochs=1)
    assert reduced.stepper.precision == plain.stepper.precision == "float32"
    torch.testing.assert_close(weights_after(reduced, 3), weights_after(plain, 3), atol=0, rtol=0)


def test_training_in_bfloat16_computes_in_it_where_the_processor_has_it_and_learns_on_every_one(build_trainer):
    trainer = build_trainer(precision="bfloat16", epochs=1)
    seen = []
    trainer.model.heads["xpos"].classifier.register_forward_hook(lambda _, __, logits: seen.append(logits.dtype))
    losses = [e.loss for e in trainer.events() if isinstance(e, StepDone)]
    assert all(0 < loss < 1e3 for loss in losses)
    assert set(seen) == {getattr(torch, trainer.stepper.precision)}
    assert {value.dtype for value in trainer.stepper.parameters.values()} == {torch.float32}


def learning_blocks(model) -> set[str]:
    names = [name for name, value in model.named_parameters() if value.requires_grad and "pretrained" in name]
    return {name.split(".")[3] if ".blocks." in name else "embeddings" for name in names}


def test_a_frozen_encoder_is_freed_at_once_or_from_the_top_layer_by_layer():
    model = tiny_transformer()
    every = {"0", "1", "2", "embeddings"}
    for epoch, expected in ((1, set()), (2, set()), (3, every)):
        freeze_layers(model, FreezingSettings(epochs=2), epoch)
        assert learning_blocks(model) == expected
    steps = [set(), {"2"}, {"2", "1"}, {"2", "1", "0"}, every]
    for epoch, expected in enumerate(steps, start=1):
        freeze_layers(model, FreezingSettings(epochs=1, gradual=True), epoch)
        assert learning_blocks(model) == expected
    freeze_layers(model, FreezingSettings(epochs=1), 1)
    model(model.build_batch([["The", "dog"]]), ["xpos"])["xpos"].sum().backward()
    assert all(value.grad is None for name, value in model.named_parameters() if "pretrained" in name)
    assert model.heads["xpos"].classifier[1].weight.grad is not None
