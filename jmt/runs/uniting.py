"""The corpora of a task become one: examples joined, grades on one scale, training without evaluation sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.cards import Family, ScoreRange
from jmt.data.catalogue import find_corpus, score_range_of
from jmt.data.hints import count_words, hint_examples
from jmt.data.splits import SplitLoader, TaskPlan, evaluation_splits
from jmt.data.unions.joining import Joiner, Part
from jmt.data.unions.leaks import EvaluationSentences
from jmt.data.unions.left_out import LEAK, LeftOut
from jmt.errors import ConfigError
from jmt.files.guards.checkpoint import MOST_LABELS
from jmt.runs.config import RunConfig

Heard = Callable[[LeftOut], object]
"""Is told of examples that a corpus has and a task is not given."""
Loaded = Mapping[str, Mapping[str, Part]]
"""By corpus and split, what a task has."""


class Uniter:
    """Unites the corpora of every task; tasks on the same ones get the same `inputs`."""

    def __init__(self, config: RunConfig, evaluated: EvaluationSentences, heard: Heard) -> None:
        self.config, self.evaluated, self.heard = config, evaluated, heard
        self._joiner = Joiner()

    def unite(self, plan: TaskPlan, loaded: Loaded) -> dict[str, TaskExamples]:
        """Return the examples of a task on several corpora by split.

        A corpus that is named twice is twice in training, and once in what is scored.

        Raises:
            ConfigError: grades whose range nothing says; CorpusError: a corpus of which nothing is left.
        """
        named = [name for name in self.config.data[plan.task].corpora if name in loaded]
        if len(set(named)) > 1:
            free = {name: self._without_leaks(plan, loaded[name]["train"]) for name in dict.fromkeys(named)}
        else:
            free = {name: parts["train"] for name, parts in loaded.items()}
        dev = [loaded[name]["dev"] for name in dict.fromkeys(named) if "dev" in loaded[name]]
        wanted = self._range(plan.task, named)
        splits = {"train": self._joiner.join([free[name] for name in named], wanted)}
        if dev:
            splits["dev"] = self._joiner.join(dev, wanted)
        return _with_hints(plan, splits) if plan.is_hint else splits

    def _without_leaks(self, plan: TaskPlan, part: Part) -> Part:
        free = self._joiner.without_leaks(part, self.evaluated)
        count = len(part.examples) - len(free.examples)
        self.heard(LeftOut(plan.task, part.corpus, "train", plan.unit, count, len(part.examples), LEAK))
        return free

    def _range(self, task: str, named: Sequence[str]) -> ScoreRange | None:
        """Return the range that the grades of a task are mapped to: its own, or that of its first corpus."""
        if not is_graded(self.config.model.tasks[task].kind):
            return None
        known = {name: score_range_of(find_corpus(name, self.config.corpora)) for name in named}
        wanted = score_range_wanted(self.config, task, named[0])
        if silent := [name for name, own in known.items() if own is None and name != named[0]]:
            raise ConfigError(
                f"task.{task}.corpus: nothing says which grades {silent[0]} has, which have to be mapped to those of "
                f"{named[0]}: give [corpora.{silent[0]}] a score_range = [lowest, highest]"
            )
        return wanted


def score_range_wanted(config: RunConfig, task: str, first: str) -> tuple[int, int]:
    """Return the range of the grades that a task gives: the one that it is told, or that of its first corpus, in the
    whole numbers around it.

    Raises:
        ConfigError: neither says it, or it is no range of few enough whole numbers.
    """
    told: ScoreRange | None = getattr(config.model.tasks[task], "score_range", None)
    found = told or score_range_of(find_corpus(first, config.corpora))
    if found is None:
        raise ConfigError(f"task.{task}.score_range: the corpus does not say; give [lowest, highest]")
    if not 0 < found[1] - found[0] < MOST_LABELS:
        raise ConfigError(
            f"task.{task}.score_range = [{found[0]:g}, {found[1]:g}]: it rises, and spans less than {MOST_LABELS:,} "
            "whole numbers, each of which is an output of the network; divide the scores"
        )
    return whole_range(found)


def whole_range(score_range: ScoreRange) -> tuple[int, int]:
    """Return the whole numbers around a range."""
    return math.floor(score_range[0]), math.ceil(score_range[1])


def evaluation_sentences(
    config: RunConfig, loader: SplitLoader, plans: Iterable[TaskPlan], folders: Sequence[Path]
) -> EvaluationSentences:
    """Collect the sentences of dev, and of the test splits that are here, of all corpora of a run; none where none are
    united.

    Raises:
        CorpusError: a corpus that is missing or malformed.
    """
    found = EvaluationSentences(config.training.leaks or "any")
    if not any(data.is_united for data in config.data.values()):
        return found
    corpora: list[tuple[str, Family]] = [(plan.corpus, plan.family) for plan in plans]
    if config.segmenter:
        corpora += [(name, "sentences") for name in config.data[config.segmenter.name].corpora]
    for name, family in dict.fromkeys(corpora):
        corpus = find_corpus(name, config.corpora)
        for split in evaluation_splits(corpus, family, folders):
            found.add(name, loader.inputs(name, corpus, family, split))
    return found


def _with_hints(plan: TaskPlan, splits: Mapping[str, TaskExamples]) -> dict[str, TaskExamples]:
    """Label all corpora of a hint by the words that they have in training together."""
    counts = count_words(splits["train"].inputs)  # type: ignore[arg-type]
    return {
        split: replace(
            hint_examples(plan.task, str(plan.column), examples.inputs, counts),  # type: ignore[arg-type]
            parts=examples.parts,
        )
        for split, examples in splits.items()
    }
