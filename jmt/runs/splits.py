"""What a configuration asks of its corpora: the examples of every task, and the ranges of graded ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.catalogue import find_corpus, score_range_of
from jmt.data.readers import Tokenizer
from jmt.data.splits import SplitLoader, TaskPlan, training_splits
from jmt.errors import ConfigError
from jmt.runs.config import RunConfig


def plans_of(config: RunConfig) -> list[TaskPlan]:
    """Return what each task asks of its corpus, in the order of the configuration."""
    return [
        TaskPlan(
            name,
            task.kind,
            config.data[name].corpus,
            getattr(task, "column", None),
            is_hint=config.data[name].role == "hint",
            is_optional=config.data[name].optional,
        )
        for name, task in config.model.tasks.items()
    ]


def load_splits(config: RunConfig, folders: Sequence[Path], tokenizer: Tokenizer) -> dict[str, dict[str, TaskExamples]]:
    """Load the examples of every task, train and (where the corpus has it) dev; a shared corpus is read once.

    Optional tasks without a value in their column are left out.

    Raises:
        CorpusError: a corpus that is missing or malformed; ConfigError: a column that it does not have.
    """
    loader = SplitLoader(folders, tokenizer, share=config.training.share)
    splits: dict[str, dict[str, TaskExamples]] = {}
    for plan in plans_of(config):
        corpus = find_corpus(plan.corpus, config.corpora)
        if loader.lacks_column(plan, corpus):
            continue
        splits[plan.task] = loader.load(plan, corpus, training_splits(corpus, plan.family, folders))
    return splits


def with_score_ranges(config: RunConfig) -> RunConfig:
    """Fill in the range of every graded task from its corpus.

    Raises:
        ConfigError: neither the configuration nor the corpus says it.
    """
    tasks = dict(config.model.tasks)
    for name, task in tasks.items():
        if task.kind == "pair_regressor" and getattr(task, "score_range", None) is None:
            found = score_range_of(find_corpus(config.data[name].corpus, config.corpora))
            if found is None:
                raise ConfigError(f"task.{name}.score_range: the corpus does not say; give [lowest, highest]")
            tasks[name] = task.model_copy(update={"score_range": (int(found[0]), int(found[1]))})
    model = config.model.model_copy(update={"tasks": tasks})
    return config.model_copy(update={"model": model})
