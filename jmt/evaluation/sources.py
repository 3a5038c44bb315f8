"""Where the examples of a trained model's tasks come from: its own corpora, or files named by the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.cards import Card, CorpusSpec, Family, card_names, family_of_kind
from jmt.data.catalogue import Corpus, find_corpus
from jmt.data.readers import Tokenizer
from jmt.data.splits import SplitLoader, TaskPlan
from jmt.data.treebanks import read_treebank_split
from jmt.document import Sentence
from jmt.errors import CorpusError, InputError
from jmt.evaluation.chosen_file import corpus_of_file


@dataclass(frozen=True, slots=True)
class TaskSource:
    """The corpus, and the split of it, on which a task is scored."""

    task: str
    corpus: Corpus
    name: str
    """Of the corpus, or the path of a file."""
    family: Family
    split: str

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
    chosen: Mapping[str, str],
    split: str,
) -> list[TaskSource]:
    """Return what each task of a model is scored on.

    `tasks` are the model's (HeadConfig by name), `trained_on` the corpus of each in training, `own_corpora` those of
    its configuration, `chosen` what the user named instead: a file, or a known corpus.  A task that is in neither is
    left out.

    Raises:
        InputError: a chosen task that the model does not have, or a file for which no reader is known.
    """
    for task in chosen:
        if task not in tasks:
            raise InputError(f"--data {task}=...: the model has no task `{task}`; it has {', '.join(tasks)}")
    sources = []
    for task, config in tasks.items():
        family = family_of_kind(config.kind)
        home = find_corpus(trained_on[task], own_corpora) if task in trained_on else None
        if task in chosen:
            sources.append(_chosen_source(task, chosen[task], getattr(config, "column", None), home, family, split))
        elif home is not None:
            sources.append(TaskSource(task, home, trained_on[task], family, split))
    return sources


def load_examples(
    sources: Sequence[TaskSource], tasks: Mapping[str, Any], *, folders: Sequence[Path], tokenizer: Tokenizer
) -> list[TaskExamples]:
    """Read the examples of every task; a corpus that serves several tasks is read once.

    Raises CorpusError and ConfigError as `SplitLoader` does; where a split is not here, saying how to do without.
    """
    loader = SplitLoader(folders, tokenizer)
    examples = []
    for source in sources:
        config = tasks[source.task]
        plan = TaskPlan(source.task, config.kind, source.name, getattr(config, "column", None))
        _read(loader, plan, source)
        examples.append(loader.examples(plan, source.corpus, source.split))
    return examples


def _read(loader: SplitLoader, plan: TaskPlan, source: TaskSource) -> None:
    try:
        loader.read(plan, source.corpus, source.split)
    except CorpusError as error:
        if error.path is not None:
            raise
        raise CorpusError(
            f"{error}; --tasks LIST scores some tasks only, --data {source.task}=FILE takes other data"
        ) from None


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
