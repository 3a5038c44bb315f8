"""The examples of tasks, split by split: the one way from a corpus to what is learned from, scored on or checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import datasets

from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.data.cards import Family, family_of_kind
from jmt.data.catalogue import Corpus, load_corpus, splits_of
from jmt.data.hints import count_words, hint_examples
from jmt.data.readers import Tokenizer
from jmt.data.task_examples import has_no_value, task_examples

Inputs = Sequence[Words] | Sequence[tuple[Words, Words]]


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """What a task asks of a corpus."""

    task: str
    kind: str
    corpus: str
    """What the corpus is called, in messages too."""
    column: str | None = None
    """Of the labels, where its kind leaves a choice; of a hint the name in `HINTS`."""
    is_hint: bool = False
    """Whether its labels follow from the words, and stand in no column."""
    is_optional: bool = False
    """Whether it is left out where its column is empty in training."""

    @property
    def family(self) -> Family:
        """Which examples of the corpus are meant."""
        return family_of_kind(self.kind)


class SplitLoader:
    """Reads every split once, however many tasks share it; these get the same `inputs`, not only equal ones.

    With a `share`, training data is thinned to it.
    """

    def __init__(self, folders: Sequence[Path] = (), tokenizer: Tokenizer | None = None, *, share: float = 1.0) -> None:
        self.folders, self.tokenizer, self.share = folders, tokenizer, share
        self._read: list[_Read] = []

    def load(self, plan: TaskPlan, corpus: Corpus, splits: Sequence[str]) -> dict[str, TaskExamples]:
        """Return a task's examples by split; all splits are read before the first one is looked into.

        Raises:
            CorpusError: a corpus that is missing or malformed; ConfigError: a column that it does not have.
        """
        for split in splits:
            self.read(plan, corpus, split)
        return {split: self.examples(plan, corpus, split) for split in splits}

    def read(self, plan: TaskPlan, corpus: Corpus, split: str) -> None:
        """Read a split, or raise what `load_corpus` does: CorpusError or ConfigError."""
        self._split(plan, corpus, split)

    def examples(self, plan: TaskPlan, corpus: Corpus, split: str) -> TaskExamples:
        """Return the examples of one split for a task; raises as `load` does."""
        found = self._split(plan, corpus, split)
        if plan.is_hint:
            counts = count_words(self._split(plan, corpus, "train").words())
            return hint_examples(plan.task, str(plan.column), found.words(), counts)
        examples = task_examples(found.rows, plan.task, plan.kind, plan.column, corpus=f"{plan.corpus} ({split})")
        return TaskExamples(plan.task, plan.kind, found.share_inputs(examples.inputs), examples.gold, examples.lines)

    def lacks_column(self, plan: TaskPlan, corpus: Corpus) -> bool:
        """Tell whether a task is optional and has nothing to learn from; raises as `read` does."""
        if not plan.is_optional or plan.is_hint:
            return False
        return has_no_value(self._split(plan, corpus, "train").rows, plan.kind, plan.column)

    def _split(self, plan: TaskPlan, corpus: Corpus, split: str) -> _Read:
        key = (plan.corpus, corpus, plan.family, split)
        for known in self._read:
            if known.key == key:
                return known
        loaded = load_corpus(
            corpus, family=plan.family, splits=(split,), folders=self.folders, tokenizer=self.tokenizer
        )[split]
        read = _Read(key, _thinned(loaded, self.share) if split == "train" else loaded)
        self._read.append(read)
        return read


@dataclass(slots=True)
class _Read:
    key: tuple[str, Corpus, Family, str]
    """What the corpus is called, the corpus, family of examples, split."""
    rows: datasets.Dataset
    inputs: Inputs | None = None

    def share_inputs(self, inputs: Inputs) -> Inputs:
        """Return what the first task got, for one after it; tasks on the same inputs are told by identity."""
        if self.inputs is None:
            self.inputs = inputs
        return self.inputs

    def words(self) -> Sequence[Words]:
        """Return the sentences."""
        inputs: Sequence[Words] = self.share_inputs(list(self.rows["tokens"]))  # type: ignore[assignment]
        return inputs


def training_splits(corpus: Corpus, family: Family, folders: Sequence[Path] = ()) -> list[str]:
    """Return what a training reads: train, and dev where the corpus has it; a hub corpus is taken to have it.

    Raises CorpusError for the folder of a treebank that is none.
    """
    return ["train", "dev"] if "dev" in splits_of(corpus, family, folders) else ["train"]


def _thinned(split: datasets.Dataset, share: float) -> datasets.Dataset:
    """Keep a share of the examples of a split, at least one, evenly from its beginning to its end."""
    if share == 1:
        return split
    return split.select([int(number / share) for number in range(max(1, int(len(split) * share)))])
