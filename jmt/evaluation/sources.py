"""Where the examples of a trained model's tasks come from: its own corpora, or files named by the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.cards import READER_FAMILIES, Card, CorpusSpec, Family, ScoreRange, card_names, family_of_kind
from jmt.data.catalogue import Corpus, find_corpus, load_corpus, score_range_of, splits_of
from jmt.data.readers import Tokenizer
from jmt.data.splits import SplitLoader, TaskPlan
from jmt.data.treebanks import read_treebank_split
from jmt.data.unions.grades import mapped_grades
from jmt.data.unions.joining import Joiner, Part
from jmt.data.unions.left_out import LeftOut, ignore
from jmt.data.unions.names import names_in
from jmt.document import Sentence
from jmt.errors import CorpusError, InputError
from jmt.evaluation.chosen_file import corpus_of_file


@dataclass(frozen=True, slots=True)
class TaskSource:
    """A corpus, and the split of it, on which a task is scored, alone or together with others."""

    task: str
    corpus: Corpus
    name: str
    """Of the corpus, or the path of a file."""
    family: Family
    split: str
    score_range: ScoreRange | None = None
    """From which its grades are mapped to the range of the task; None: they are taken as they are."""

    @property
    def release(self) -> str | None:
        """The corpus's release as its card states it."""
        return self.corpus.release if isinstance(self.corpus, Card) else None

    @property
    def reader(self) -> str | None:
        """The reader of its files."""
        return self.corpus.part(self.family).reader if isinstance(self.corpus, Card) else self.corpus.reader


def find_sources(
    tasks: Mapping[str, Any],
    trained_on: Mapping[str, str],
    own_corpora: Mapping[str, CorpusSpec],
    chosen: Mapping[str, Sequence[str]],
    split: str,
) -> list[TaskSource]:
    """Return what each task of a model is scored on, several sources for one that was trained on several corpora.

    `tasks` are the model's (HeadConfig by name), `trained_on` the corpora of each in training, in one word,
    `own_corpora` those of its configuration, `chosen` what the user named instead: files, or known corpora.  A task
    that is in neither is left out.

    Raises:
        InputError: a chosen task that the model does not have, or a file for which no reader is known.
    """
    for task in chosen:
        if task not in tasks:
            raise InputError(f"--data {task}=...: the model has no task `{task}`; it has {', '.join(tasks)}")
    sources = []
    for task, config in tasks.items():
        family = family_of_kind(config.kind)
        names = names_in(trained_on[task], own_corpora) if task in trained_on else []
        homes = {name: find_corpus(name, own_corpora) for name in names}
        column, home = getattr(config, "column", None), next(iter(homes.values()), None)
        # From one corpus grades are learned as they are, whatever range the task has.
        learned_range = score_range_of(home) if home and len(homes) == 1 else None
        for given in dict.fromkeys(chosen.get(task, ())):
            found = _chosen_source(task, given, column, home, family, split)
            own_range = score_range_of(found.corpus)
            sources.append(replace(found, score_range=None if own_range == learned_range else own_range))
        for name, home in homes.items() if task not in chosen else ():
            own_range = score_range_of(home) if len(homes) > 1 else None
            sources.append(TaskSource(task, home, name, family, split, own_range))
    return sources


def with_split(sources: Sequence[TaskSource], folders: Sequence[Path]) -> list[TaskSource]:
    """Leave out those sources of a task that have no such split, where others of it have one.

    Raises CorpusError for the folder of a treebank that is none.
    """
    having = [one for one in sources if one.split in splits_of(one.corpus, one.family, folders)]
    there = {source.task for source in having}
    return [source for source in sources if source in having or source.task not in there]


def load_examples(
    sources: Sequence[TaskSource],
    tasks: Mapping[str, Any],
    *,
    folders: Sequence[Path],
    tokenizer: Tokenizer,
    heard: Callable[[LeftOut], object] = ignore,
    way_out: str = "",
) -> list[TaskExamples]:
    """Read the examples of every task, those of its sources joined; a corpus that serves several tasks is read once.

    `heard` is told of pairs without a gold label, which are left out.  `way_out` says how to do without a corpus,
    besides other data.

    Raises CorpusError and ConfigError as `SplitLoader` does; where a split is not here, saying how to do without.
    """
    loader, joiner = SplitLoader(folders, tokenizer, heard=heard), Joiner()
    parts: dict[str, list[Part]] = {}
    for source in sources:
        config = tasks[source.task]
        plan = TaskPlan(source.task, config.kind, source.name, getattr(config, "column", None))
        _read(loader, plan, source, way_out)
        examples = loader.examples(plan, source.corpus, source.split)
        gold = mapped_grades(examples.gold, source.score_range, getattr(config, "score_range", None))
        parts.setdefault(source.task, []).append(Part(source.name, replace(examples, gold=gold)))
    return [joiner.join(found) if len(found) > 1 else found[0].examples for found in parts.values()]


def _read(loader: SplitLoader, plan: TaskPlan, source: TaskSource, way_out: str) -> None:
    try:
        loader.read(plan, source.corpus, source.split)
    except CorpusError as error:
        if error.path is not None:
            raise
        ways = [way_out, f"--data {source.task}=FILE takes other data"]
        raise CorpusError("; ".join([str(error), ", ".join(filter(None, ways))])) from None


def holds_text(source: TaskSource, folders: Sequence[Path]) -> bool:
    """Tell whether a table has running text, which is split by ourselves; raises as `load_corpus` does."""
    if source.family == "pairs" or READER_FAMILIES.get(source.reader or ""):
        return False
    found = load_corpus(source.corpus, family="sentences", splits=(source.split,), folders=folders)
    return "tokens" not in found[source.split].column_names


def load_treebank(source: TaskSource, folders: Sequence[Path]) -> list[Sentence]:
    """Read the sentences of a CoNLL-U source with their text, comments and multiword tokens."""
    return read_treebank_split(source.corpus, source.name, source.split, folders)


def _chosen_source(
    task: str, given: str, column: str | None, home: Corpus | None, family: Family, split: str
) -> TaskSource:
    if not Path(given).exists() and given in card_names():
        return TaskSource(task, find_corpus(given), given, family, split)
    # Whatever split was asked for, the file is all there is.
    corpus = corpus_of_file(given, split, family, column, home)
    if corpus is None:
        raise InputError(
            f"--data {task}={given}: no reader is known for this file: its first line shows none; a table has a header "
            "that names its columns, as in tokens and upos, or text and label; a treebank is in CoNLL-U; known corpora "
            f"are {', '.join(card_names())}"
        )
    return TaskSource(task, corpus, given, family, split)
