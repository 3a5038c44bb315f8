"""What a configuration asks of its corpora: the examples of every task, and the ranges of graded ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.catalogue import find_corpus, score_range_of
from jmt.data.placebo import shuffle_gold
from jmt.data.readers import Tokenizer
from jmt.data.splits import SplitLoader, TaskPlan, training_splits
from jmt.data.unions.joining import Part
from jmt.data.unions.left_out import EMPTY_COLUMN, LeftOut, ignore
from jmt.errors import ConfigError
from jmt.runs.config import RunConfig
from jmt.runs.uniting import Heard, Uniter, evaluation_sentences, score_range_wanted, whole_range
from jmt.training.seeds import derive_seed


def plans_of(config: RunConfig) -> list[TaskPlan]:
    """Return what each task asks of its corpora, a plan for each of them, in the order of the configuration."""
    return [
        TaskPlan(
            name,
            task.kind,
            corpus,
            getattr(task, "column", None),
            is_hint=config.data[name].role == "hint",
            is_optional=config.data[name].optional,
            score_range=getattr(task, "score_range", None),
        )
        for name, task in config.trained.items()
        for corpus in dict.fromkeys(config.data[name].corpora)
    ]


def load_splits(
    config: RunConfig, folders: Sequence[Path], tokenizer: Tokenizer, heard: Heard = ignore
) -> dict[str, dict[str, TaskExamples]]:
    """Load the examples of every task, train and (where a corpus has it) dev; a shared corpus is read once.

    Optional tasks without a value in their column are left out; of several corpora, those without one are.  Where
    corpora are united, training examples with a sentence of an evaluation split are dropped.

    Raises:
        CorpusError: a corpus that is missing or malformed, or of which nothing is left; ConfigError: a column that it
            does not have.
    """
    loader = SplitLoader(folders, tokenizer, share=config.training.share, heard=heard)
    plans = {plan.task: plan for plan in plans_of(config)}
    loaded: dict[str, dict[str, dict[str, Part]]] = {}
    for plan in plans_of(config):
        corpus = find_corpus(plan.corpus, config.corpora)
        if loader.lacks_column(plan, corpus):
            if len(config.data[plan.task].corpora) > 1:
                count = len(loader.inputs(plan.corpus, corpus, plan.family, "train"))
                heard(LeftOut(plan.task, plan.corpus, "train", plan.unit, count, count, EMPTY_COLUMN))
            continue
        loaded.setdefault(plan.task, {})[plan.corpus] = {
            split: Part(plan.corpus, examples, score_range_of(corpus))
            for split, examples in loader.load(plan, corpus, training_splits(corpus, plan.family, folders)).items()
        }
    uniter = Uniter(config, evaluation_sentences(config, loader, plans_of(config), folders), heard)
    united = {
        task: uniter.unite(plans[task], parts)
        if len(config.data[task].corpora) > 1
        else {split: part.examples for one in parts.values() for split, part in one.items()}
        for task, parts in loaded.items()
    }
    for task, splits in united.items():
        if config.data[task].shuffled:
            splits["train"] = shuffle_gold(splits["train"], derive_seed(config.seed, "shuffled", task))
    return united


def with_score_ranges(config: RunConfig) -> RunConfig:
    """Fill in the range of every graded task from its corpus, of several from the first.

    Raises:
        ConfigError: neither the configuration nor the corpus says it, or the corpus says another one than the model
            that training starts from.
    """
    tasks = dict(config.model.tasks)
    for name, task in config.trained.items():
        if is_graded(task.kind):
            tasks[name] = task.model_copy(update={"score_range": _score_range(config, name)})
    model = config.model.model_copy(update={"tasks": tasks})
    return config.model_copy(update={"model": model})


def _score_range(config: RunConfig, task: str) -> tuple[int, int]:
    """Return the range of a graded task; refuse one that is not that of the model to start from."""
    wanted, data = score_range_wanted(config, task, config.data[task].corpora[0]), config.data[task]
    found = score_range_of(find_corpus(data.corpora[0], config.corpora))
    inherited = config.inherited is not None and task in config.inherited.tasks
    if inherited and len(data.corpora) == 1 and found is not None and whole_range(found) != wanted:
        raise ConfigError(
            f"task.{task}: the corpus {data.corpora[0]} has grades from {found[0]:g} to {found[1]:g}, the model to "
            f"start from has {wanted[0]} to {wanted[1]}: bring them to its range, or give the task another name"
        )
    return wanted
