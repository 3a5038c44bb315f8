"""A configuration fitted to what its corpora hold: no task without its column, as many epochs as make the steps."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from jmt.cascade.symbols.examples import TaskExamples
from jmt.errors import CorpusError
from jmt.runs.config import RunConfig, TaskData, build_config, keep_tasks
from jmt.runs.tasks import training_task
from jmt.training.batches.task import group_tasks

Splits = Mapping[str, Mapping[str, TaskExamples]]


def without_empty_columns(config: RunConfig, splits: Splits) -> tuple[RunConfig, dict[str, str]]:
    """Leave out what `load_splits` has left out: optional tasks without a value, and of several corpora those without
    one; return why a task is not there, by its name.

    Raises:
        CorpusError: no task has anything to learn from.
    """
    reasons = {
        name: f"the column {getattr(task, 'column', name)!r} of {config.data[name].corpora_named} has no value in "
        "training"
        for name, task in config.trained.items()
        if name not in splits
    }
    if reasons and not any(name in splits for name in config.trained):
        told = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        raise CorpusError(f"nothing to learn: every task is optional; {told}")
    data = {name: _with_values(data, splits[name]) if name in splits else data for name, data in config.data.items()}
    config = config if data == config.data else config.model_copy(update={"data": data})
    if not reasons:
        return config, {}
    kept = keep_tasks(config.to_tables(), list(splits), config.inherited)
    return build_config(kept, config.inherited), reasons


def _with_values(data: TaskData, split: Mapping[str, TaskExamples]) -> TaskData:
    """Drop those of several corpora that have no value for an optional task, with their shares."""
    there = dict(split["train"].parts)
    kept = [place for place, name in enumerate(data.corpora) if name in there]
    if not there or len(kept) == len(data.corpora):
        return data
    corpora = [data.corpora[place] for place in kept]
    shares = [data.corpus_shares[place] for place in kept] if data.corpus_shares and len(kept) > 1 else None
    return data.model_copy(
        update={
            "corpus": tuple(corpora) if len(corpora) > 1 else corpora[0],
            "corpus_shares": None if shares is None else tuple(shares),
        }
    )


def with_enough_epochs(config: RunConfig, splits: Splits) -> RunConfig:
    """Raise `training.epochs` until they make the steps that `training.steps` asks for; a segmenter's do not count."""
    training = config.training
    if training.steps is None or not config.trained:
        return config
    tasks = [training_task(config, name, splits[name]["train"]) for name in config.data if name in config.trained]
    groups = group_tasks(tasks, apart="successive" in training.schedules, sets=training.groups)
    counts = [task.step_count for task in tasks if task.name in groups]
    an_epoch = max(counts) if training.schedule == "joint" else sum(counts)
    epochs = max(training.epochs, ceil(training.steps / an_epoch))
    return config.model_copy(update={"training": training.model_copy(update={"epochs": epochs})})
