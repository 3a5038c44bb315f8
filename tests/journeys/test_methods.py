"""Every method that `jmt methods` prints, through a run as a user would have it: trained, interrupted, gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from jmt.cli.main import main
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter, Segmenter
from jmt.training.events import StepDone
from jmt.training.reach import reach
from jmt.training.trainer import Trainer
from jmt.training.weighting import METHODS

SIZES = ("hidden_size=12", "word_size=12", "ngram_size=12", "label_size=6")
TASKS = ("xpos", "chunk", "dep", "relatedness", "entailment")
"""One of every shape of loss, words, trees and pairs, on five levels; lemmas and features would add time alone."""


@pytest.fixture(scope="module")
def tokenizer() -> Segmenter:
    return RuleSegmenter("en")


def start(method: str, folder: Path, tokenizer: Segmenter, *, resuming: bool = False) -> Run:
    """A run over 200 sentences and 100 pairs of the embedded corpus, under the method's last schedule."""
    overrides = [
        *(f"encoder.{size}" for size in SIZES),
        f"training.schedule={METHODS[method].schedules[-1]}",
        f"training.weighting.method={method}",
        "training.epochs=2",
        "training.batch_size=40",
        "training.share=0.0667",
        "training.checkpoint_seconds=1e9",
    ]
    config = read_config("demo", overrides=overrides, tasks=TASKS)
    run = Run(config, RunOptions(folder, resuming=resuming), tokenizer)
    run.trainer.evaluate = dict
    return run


def weights(trainer: Trainer) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}


def listen_for_gradients(trainer: Trainer) -> list[set[str]]:
    """The names of the parameters that have a gradient when the optimizer steps, step by step."""
    heard: list[set[str]] = []
    update: Callable[..., None] = trainer.stepper._update

    def listen(rows: object) -> None:
        heard.append({name for name, value in trainer.stepper.parameters.items() if value.grad is not None})
        update(rows)

    trainer.stepper._update = listen  # type: ignore[method-assign]
    return heard


def test_every_method_that_is_listed_is_trained_here(capsys: pytest.CaptureFixture[str]):
    assert main(["methods", "--json"]) == 0
    assert {json.loads(line)["method"] for line in capsys.readouterr().out.splitlines()} == set(METHODS)


@pytest.mark.parametrize("method", METHODS)  # one by one: all together outlast the limit of a test on a busy machine
def test_a_method_trains_the_cascade_resumes_bit_for_bit_and_keeps_to_the_reach_map(
    method: str, tmp_path: Path, tokenizer: Segmenter
):
    whole = start(method, tmp_path / method, tokenizer)
    assert len(next(iter(whole.trainer.tasks.values())).train.inputs) == pytest.approx(200, abs=2)
    untrained = weights(whole.trainer)
    heard = listen_for_gradients(whole.trainer)
    steps = [event for event in whole.events() if isinstance(event, StepDone)]
    assert not any(step.skipped for step in steps), method
    reached = set[str]().union(*(reach(whole.trainer.model, task) for task in whole.trainer.tasks))
    assert len(heard) == len(steps)
    assert all(names == reached for names in heard), method
    trained = weights(whole.trainer)
    assert {name for name, value in trained.items() if not torch.equal(value, untrained[name])} == reached, method

    grouped = [
        id(parameter)
        for optimizer in (*whole.trainer.stepper.optimizers.of_model, *whole.trainer.stepper.optimizers.of_weighting)
        for group in optimizer.param_groups
        for parameter in group["params"]
    ]
    own = [*whole.trainer.stepper.parameters.values(), *whole.trainer.stepper.weighting.parameters()]
    assert sorted(grouped) == sorted(map(id, own)), method

    interrupted = start(method, tmp_path / f"{method}-again", tokenizer)
    for event in interrupted.events():
        if isinstance(event, StepDone) and event.step == len(steps) // 2 + 1:
            interrupted.save()
            break
    resumed = start(method, tmp_path / f"{method}-again", tokenizer, resuming=True)
    rest = [event for event in resumed.events() if isinstance(event, StepDone)]
    assert rest[0].step == len(steps) // 2 + 2
    for name, value in trained.items():
        assert torch.equal(resumed.trainer.stepper.parameters[name], value), (method, name)
    for name, value in whole.trainer.stepper.weighting.state_dict().items():
        assert torch.equal(resumed.trainer.stepper.weighting.state_dict()[name], value), (method, name)
