"""The examples of tasks, split by split: the one way from a corpus to what is learned from, scored on or checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import datasets

from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.data.cards import CorpusSpec, Family, ScoreRange, family_of_kind
from jmt.data.catalogue import Corpus, find_source, load_corpus, place_of, splits_of
from jmt.data.hints import count_words, hint_examples
from jmt.data.readers import Tokenizer
from jmt.data.task_examples import has_no_value, inputs_of, task_examples
from jmt.data.unions.left_out import NO_GOLD, LeftOut, ignore
from jmt.data.unions.selecting import Inputs, Selections
from jmt.errors import CorpusError, JmtError
from jmt.formats.tables.rows import NO_GOLD_LABEL


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """What a task asks of a corpus; one that learns from several has a plan for each of them."""

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
    score_range: ScoreRange | None = None
    """Of a task about grades: the range that it gives them in, where it says so."""

    @property
    def family(self) -> Family:
        """Which examples of the corpus are meant."""
        return family_of_kind(self.kind)

    @property
    def unit(self) -> str:
        """What one of its examples is."""
        return "pair" if self.family == "pairs" else "sentence"


class SplitLoader:
    """Reads every split once, however many tasks share it; these get the same `inputs`, not only equal ones.

    With a `share`, training data is thinned to it.  Pairs whose class is `-` have none and are left out, of which
    `heard` is told.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (),
        tokenizer: Tokenizer | None = None,
        *,
        share: float = 1.0,
        heard: Callable[[LeftOut], object] = ignore,
    ) -> None:
        self.folders, self.tokenizer, self.share, self.heard = folders, tokenizer, share, heard
        self._read: list[_Read] = []
        self._selections = Selections()

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

    def inputs(self, name: str, corpus: Corpus, family: Family, split: str) -> Inputs:
        """Return the sentences or pairs of a split, whatever labels they have; raises as `read` does."""
        found = self._find(name, corpus, family, split)
        return found.share_inputs(inputs_of(found.rows))

    def examples(self, plan: TaskPlan, corpus: Corpus, split: str) -> TaskExamples:
        """Return the examples of one split for a task, with the name of their corpus; raises as `load` does."""
        examples = self._examples(plan, corpus, split)
        return replace(examples, parts=((plan.corpus, len(examples)),))

    def _examples(self, plan: TaskPlan, corpus: Corpus, split: str) -> TaskExamples:
        found = self._split(plan, corpus, split)
        if plan.is_hint:
            counts = count_words(self._split(plan, corpus, "train").words())
            return hint_examples(plan.task, str(plan.column), found.words(), counts)
        name, path = f"{plan.corpus} ({split})", place_of(corpus, plan.family, split, self.folders)
        examples = task_examples(found.rows, plan.task, plan.kind, plan.column, corpus=name, path=path)
        return self._judged(plan, split, replace(examples, inputs=found.share_inputs(examples.inputs)))

    def lacks_column(self, plan: TaskPlan, corpus: Corpus) -> bool:
        """Tell whether a task is optional and has nothing to learn from; raises as `read` does."""
        if not plan.is_optional or plan.is_hint:
            return False
        return has_no_value(self._split(plan, corpus, "train").rows, plan.kind, plan.column)

    def _judged(self, plan: TaskPlan, split: str, examples: TaskExamples) -> TaskExamples:
        """Return the examples that have a class, where a task is about classes of pairs."""
        if plan.kind != "pair_classifier" or NO_GOLD_LABEL not in examples.gold:
            return examples
        kept = [place for place, gold in enumerate(examples.gold) if gold != NO_GOLD_LABEL]
        if not kept:
            raise CorpusError(
                f"task.{plan.task}: every pair of {split} has `-` for its label, which says none", plan.corpus
            )
        count = len(examples) - len(kept)
        self.heard(LeftOut(plan.task, plan.corpus, split, plan.unit, count, len(examples), NO_GOLD))
        return self._selections.choose(examples, kept)

    def _split(self, plan: TaskPlan, corpus: Corpus, split: str) -> _Read:
        return self._find(plan.corpus, corpus, plan.family, split)

    def _find(self, name: str, corpus: Corpus, family: Family, split: str) -> _Read:
        key = (name, corpus, family, split)
        for known in self._read:
            if known.key == key:
                return known
        loaded = load_corpus(corpus, family=family, splits=(split,), folders=self.folders, tokenizer=self.tokenizer)[
            split
        ]
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
        inputs: Sequence[Words] = self.share_inputs(inputs_of(self.rows))  # type: ignore[assignment]
        return inputs


def training_splits(corpus: Corpus, family: Family, folders: Sequence[Path] = ()) -> list[str]:
    """Return what a training reads: train, and dev where the corpus has it; a hub corpus is taken to have it.

    Raises CorpusError for the folder of a treebank that is none.
    """
    return ["train", "dev"] if "dev" in splits_of(corpus, family, folders) else ["train"]


def evaluation_splits(corpus: Corpus, family: Family, folders: Sequence[Path] = ()) -> list[str]:
    """Return the splits that a corpus is evaluated on: dev where it has it, and test where its file is here.

    Raises CorpusError for the folder of a treebank that is none.
    """
    dev = training_splits(corpus, family, folders)[1:]
    if isinstance(corpus, CorpusSpec) and corpus.hub:
        return dev
    try:
        find_source(corpus, family, "test", folders)
    except JmtError:
        return dev
    return [*dev, "test"]


def _thinned(split: datasets.Dataset, share: float) -> datasets.Dataset:
    """Keep a share of the examples of a split, at least one, evenly from its beginning to its end."""
    if share == 1:
        return split
    return split.select([int(number / share) for number in range(max(1, int(len(split) * share)))])
