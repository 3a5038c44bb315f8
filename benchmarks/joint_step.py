"""Measure what a joint step costs under every method of weighting, against a plain summed step.

    python benchmarks/joint_step.py

A bi-LSTM cascade of five tasks on five levels (the sizes of configs/bilstm.toml) takes whole steps on the embedded
corpus: forward, backward, combination, update.  The plain step is written out below: five losses, their sum, one
backward pass, clipping, the optimizers.  All take the same batches in turn, step by step, so that whatever else the
machine does slows them alike; printed are medians, and medians of the ratio to the plain step beside it.
`--shared` lets tasks on the same sentences share a batch and its forward pass, as `schedule = "joint"` does.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.batches.supply import BatchSupply
from jmt.training.optimization import build_optimizers, clip
from jmt.training.trainer import Trainer
from jmt.training.weighting import METHODS

SIZES = {"hidden_size": 150, "word_size": 100, "ngram_size": 100, "label_size": 100}
BATCH = 16


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--methods", default=",".join(METHODS))
    arguments = parser.parse_args()
    names = arguments.methods.split(",")
    steps: dict[str, Callable[[], None]] = {"plain": plain_step(build("sum", arguments))}
    for name in names:
        steps[name] = trainer_step(build(name, arguments))
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(arguments.steps + 2):
        for name, step in steps.items():
            started = time.perf_counter()
            step()
            if number >= 2:  # the first ones warm up
                seconds[name].append(time.perf_counter() - started)
    for name, taken in seconds.items():
        ratios = [mine / plain for mine, plain in zip(taken, seconds["plain"], strict=True)]
        print(f"{name:16} {1000 * statistics.median(taken):7.1f} ms   {statistics.median(ratios):.2f} x plain")
    return 0


def build(method: str, arguments: argparse.Namespace) -> Trainer:
    """Build a trainer of the demo's cascade at the sizes of a real one."""
    overrides = [
        *(f"encoder.{key}={value}" for key, value in SIZES.items()),
        "training.successive_regularization.default=1e-3",
        "training.successive_regularization.lower_classifiers=1e-2",
        "training.schedule=joint",
        f"training.weighting.method={method}",
        f"training.threads={arguments.threads}",
        f"training.batch_size={BATCH}",
        "training.clip_norm=1.0",
    ]
    config = read_config("demo", overrides=overrides)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Run(config, RunOptions(Path(folder) / "run"), RuleSegmenter("en")).trainer
    if arguments.shared:
        return trainer
    apart = [
        replace(task, train=replace(task.train, inputs=list(task.train.inputs))) for task in trainer.tasks.values()
    ]
    return Trainer(trainer.model, apart, config.training, seed=1)


def plain_step(trainer: Trainer) -> Callable[[], None]:
    """Return a step without a trainer: nothing is weighed, nothing noted."""
    model, optimizers = trainer.model, build_optimizers(trainer.model, trainer.settings.l2, trainer.settings.optimizer)
    supply = supply_of(trainer)

    def step() -> None:
        model.train()
        losses = []
        for group, (indices, round_) in supply.next().items():
            sentences = trainer.tasks[group].sentences(indices, trainer.seed, round_)
            batch = model.build_batch(sentences, pairs=len(sentences) > len(indices))
            losses += trainer.stepper.objective.losses(trainer.groups[group], indices, sentences, batch).values()
        torch.stack(losses).sum().backward()
        clip(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    return step


def trainer_step(trainer: Trainer) -> Callable[[], None]:
    """Return a step as training makes it."""
    supply = supply_of(trainer)

    def step() -> None:
        trainer.stepper.take(supply.next(), done=0.0)
        trainer.progress.advance()

    return step


def supply_of(trainer: Trainer) -> BatchSupply:
    """Return more batches than are measured: the same for every method."""
    counts = dict.fromkeys(trainer.groups, 50)
    steps = trainer.schedule.steps(1, counts, trainer.progress.left)
    return BatchSupply({name: trainer.tasks[name] for name in trainer.groups}, steps, trainer.seed, dealt={})


if __name__ == "__main__":
    raise SystemExit(main())
