"""A configuration fitted to what its corpora hold: no task without its column, as many epochs as make the steps."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from jmt.cascade.symbols.examples import TaskExamples
from jmt.errors import CorpusError
from jmt.runs.config import RunConfig, build_config, keep_tasks
from jmt.training.batches.task import TrainingTask, group_tasks

Splits = Mapping[str, Mapping[str, TaskExamples]]


def without_empty_columns(config: RunConfig, splits: Splits) -> tuple[RunConfig, dict[str, str]]:
    """Leave out the tasks that `load_splits` has left out: optional ones without a value; return why, by task.

    Raises:
        CorpusError: no task has anything to learn from.
    """
    reasons = {
        name: f"the column {getattr(task, 'column', name)!r} of {config.data[name].corpora[0]} has no value in training"
        for name, task in config.trained.items()
        if name not in splits
    }
    if not reasons:
        return config, {}
    if not any(name in splits for name in config.trained):
        told = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        raise CorpusError(f"nothing to learn: every task is optional; {told}")
    kept = keep_tasks(config.to_tables(), list(splits), config.inherited)
    return build_config(kept, config.inherited), reasons


def with_enough_epochs(config: RunConfig, splits: Splits) -> RunConfig:
    """Raise `training.epochs` until they make the steps that `training.steps` asks for; a segmenter's do not count."""
    training = config.training
    if training.steps is None or not config.trained:
        return config
    tasks = [
        TrainingTask(
            name,
            splits[name]["train"],
            batch_size=data.batch_size or training.batch_size,
            batch_tokens=data.batch_tokens or (None if data.batch_size else training.batch_tokens),
            passes=data.passes,
            clip_norm=1.0,
            final_stop=data.final_stop,
        )
        for name, data in config.data.items()
        if name in config.trained
    ]
    groups = group_tasks(tasks, apart="successive" in training.schedules, sets=training.groups)
    counts = [task.step_count for task in tasks if task.name in groups]
    an_epoch = max(counts) if training.schedule == "joint" else sum(counts)
    epochs = max(training.epochs, ceil(training.steps / an_epoch))
    return config.model_copy(update={"training": training.model_copy(update={"epochs": epochs})})
