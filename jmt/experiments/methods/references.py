"""What methods are held against besides the sum: sums with other weights, drawn at random, and each task by itself."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jmt.data.readers import Tokenizer
from jmt.experiments.variants import Tables, single_variant
from jmt.runs.config import build_config
from jmt.runs.splits import load_splits, with_score_ranges
from jmt.runs.tasks import training_tasks
from jmt.training.seeds import derive_seed
from jmt.training.starting.build import build_model, sentences_of

STATIC, SINGLE = "static", "single"

LEAST = 0.001
"""Of a drawn weight, so that no task is left out altogether."""


def draw_weights(tasks: Sequence[str], number: int) -> dict[str, float]:
    """Draw vector `number`, 1 = first: T times a point drawn uniformly from the simplex, three digits after the point.

    It is the same for every seed and every comparison of as many tasks, so that runs of all seeds are runs of one
    method.  Such sums trace what weights alone can reach (Lin et al. 2022; Xin et al. 2022).
    """
    generator = np.random.default_rng(derive_seed(0, STATIC, number))
    drawn = len(tasks) * generator.dirichlet(np.ones(len(tasks)))
    return {task: max(LEAST, round(float(weight), 3)) for task, weight in zip(tasks, drawn, strict=True)}


def static_weights(tables: Mapping[str, Any], count: int) -> dict[str, dict[str, float]]:
    """Return so many vectors of weights by name; an adversarial task, which no weighting sees, has none."""
    tasks = [name for name, task in tables["task"].items() if task["role"] != "adversarial"]
    return {f"{STATIC}-{number}": draw_weights(tasks, number) for number in range(1, count + 1)}


def with_weights(tables: Mapping[str, Any], weights: Mapping[str, float]) -> Tables:
    """Take the sum with these weights."""
    changed = copy.deepcopy(dict(tables))
    changed["training"]["weighting"] = {"method": "sum"}
    for task, weight in weights.items():
        changed["task"][task]["weight"] = weight
    return changed


def with_task_alone(tables: Mapping[str, Any], task: str, passes: float) -> Tables:
    """Keep one task, on its level, with so many passes over its corpus in an epoch."""
    changed = single_variant(tables, task)
    changed["training"]["weighting"] = {"method": "sum"}
    changed["task"][task]["passes"] = passes
    return changed


def joint_passes(tables: Mapping[str, Any], folders: Sequence[Path], tokenizer: Tokenizer) -> dict[str, float]:
    """Return how often an epoch of schedule `joint` goes over the corpus of every main task: once over the largest.

    A task that is trained alone with as many passes has as many updates, from as many of its examples, as beside the
    others.

    Raises:
        CorpusError: a corpus that is missing or malformed; ConfigError: a configuration that cannot be built.
    """
    config = with_score_ranges(build_config(tables))
    splits = load_splits(config, folders, tokenizer)
    train = {name: split["train"] for name, split in splits.items()}
    model = build_model(config.model, train, sentences_of(train.values()), seed=config.seed)
    tasks = training_tasks(config, splits, model)
    steps = max(task.step_count for task in tasks)
    return {task.name: steps / task.batch_count for task in tasks if task.role == "main"}
