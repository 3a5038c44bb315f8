"""What a configuration asks of its corpora: the examples of every task, and the ranges of graded ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.catalogue import find_corpus, score_range_of
from jmt.data.readers import Tokenizer
from jmt.data.segmentation_examples import segmentation_examples
from jmt.data.splits import SplitLoader, TaskPlan, training_splits
from jmt.data.treebanks import read_treebank_split
from jmt.errors import ConfigError
from jmt.runs.config import RunConfig


def plans_of(config: RunConfig) -> list[TaskPlan]:
    """Return what each task asks of its corpus, in the order of the configuration."""
    return [
        TaskPlan(
            name,
            task.kind,
            config.data[name].corpora[0],
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


def raw_text_splits(config: RunConfig, folders: Sequence[Path]) -> dict[str, dict[str, TaskExamples]]:
    """Load what the segmenter learns from, where there is one: the paragraphs of all its treebanks, one after another.

    Raises:
        CorpusError: a treebank that is missing or malformed, or a corpus that is none.
    """
    segmenter = config.model.segmenter
    if segmenter is None:
        return {}
    corpora = config.data[segmenter.name].corpora
    read = {name: _raw_text_of(config, segmenter.name, name, folders) for name in dict.fromkeys(corpora)}
    splits = dict.fromkeys(split for name in corpora for split in read[name])
    return {
        segmenter.name: {
            split: _joined([read[name][split] for name in corpora if split in read[name]]) for split in splits
        }
    }


def _raw_text_of(config: RunConfig, task: str, name: str, folders: Sequence[Path]) -> dict[str, TaskExamples]:
    """Load the paragraphs of one treebank by split; training data is thinned to the share that is asked for."""
    corpus = find_corpus(name, config.corpora)
    found = {}
    for split in training_splits(corpus, "sentences", folders):
        sentences = read_treebank_split(corpus, name, split, folders)
        if split == "train" and config.training.share < 1:
            sentences = sentences[: max(1, int(len(sentences) * config.training.share))]
        found[split] = segmentation_examples(task, sentences)
    return found


def _joined(parts: Sequence[TaskExamples]) -> TaskExamples:
    inputs = [item for part in parts for item in part.inputs]
    return TaskExamples(parts[0].task, parts[0].kind, inputs, [gold for part in parts for gold in part.gold])  # type: ignore[arg-type]


def with_score_ranges(config: RunConfig) -> RunConfig:
    """Fill in the range of every graded task from its corpus.

    Raises:
        ConfigError: neither the configuration nor the corpus says it.
    """
    tasks = dict(config.model.tasks)
    for name, task in tasks.items():
        if is_graded(task.kind) and getattr(task, "score_range", None) is None:
            found = score_range_of(find_corpus(config.data[name].corpora[0], config.corpora))
            if found is None:
                raise ConfigError(f"task.{name}.score_range: the corpus does not say; give [lowest, highest]")
            tasks[name] = task.model_copy(update={"score_range": (int(found[0]), int(found[1]))})
    model = config.model.model_copy(update={"tasks": tasks})
    return config.model_copy(update={"model": model})
