"""Looking at corpora that a task unites: labels that only some of them have, grades that are mapped, leaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.cards import ScoreRange
from jmt.data.check.inspection import TaskData, labels_of
from jmt.data.unions.leaks import EvaluationSentences, Leaks
from jmt.data.unions.left_out import LEAK, LeftOut
from jmt.errors import ConfigError, CorpusError, JmtError


@dataclass(frozen=True, slots=True)
class LabelDifference:
    """A label that not every corpus of a task has in training."""

    task: str
    label: str
    counts: Mapping[str, int]
    """By corpus."""


def united(tasks: Sequence[TaskData]) -> dict[str, list[TaskData]]:
    """Return the tasks that unite corpora, with what each corpus has for them."""
    by_task: dict[str, list[TaskData]] = {}
    for data in tasks:
        by_task.setdefault(data.task, []).append(data)
    return {task: every for task, every in by_task.items() if len(every) > 1}


def label_differences(every: Sequence[TaskData]) -> list[LabelDifference]:
    """Compare the labels that the corpora of one task have in training, the most frequent first; grades have none."""
    counts = {data.corpus: _labels(data.splits["train"]) for data in every if "train" in data.splits}
    together = sum(counts.values(), Counter[str]())
    return [
        LabelDifference(every[0].task, label, {corpus: count[label] for corpus, count in counts.items()})
        for label in sorted(together, key=lambda label: (-together[label], label))
        if not all(label in count for count in counts.values())
    ]


def _labels(examples: TaskExamples) -> Counter[str]:
    return Counter(label for gold in examples.gold if not isinstance(gold, float) for label in labels_of(gold))


def mapped_ranges(every: Sequence[TaskData], told: ScoreRange | None) -> tuple[list[str], list[JmtError]]:
    """Say which grades of one task are mapped to other ones, and of which corpora nothing says what they have.

    `told` is the range that the task is given; without it, grades are mapped to those of its first corpus.
    """
    graded = [data for data in every if any(isinstance(gold, float) for gold in data.splits["train"].gold[:1])]
    wanted = told or (graded[0].score_range if graded else None)
    if wanted is None:
        return [], []
    remarks, problems = [], list[JmtError]()
    for data in graded:
        if data.score_range is None and data is not graded[0]:
            problems.append(ConfigError(f"corpora.{data.corpus}.score_range: nothing says it, and it has to be mapped"))
        elif data.score_range is not None and tuple(data.score_range) != tuple(wanted):
            low, high = data.score_range
            remarks.append(
                f"task.{data.task}: the grades of {data.corpus}, {low:g} to {high:g}, are mapped linearly to "
                f"{wanted[0]:g} to {wanted[1]:g}"
            )
    return remarks, problems


def leaks_dropped(tasks: Sequence[TaskData], leaks: Leaks) -> tuple[list[LeftOut], list[CorpusError]]:
    """Count what training drops of united corpora, and say of which nothing would be left."""
    evaluated = EvaluationSentences(leaks)
    for data in tasks:
        for split, examples in data.splits.items():
            if split != "train":
                evaluated.add(data.corpus, examples.inputs)
    dropped, problems = [], list[CorpusError]()
    for data in (data for every in united(tasks).values() for data in every if "train" in data.splits):
        examples = data.splits["train"]
        unit = "pair" if any(isinstance(item, tuple) for item in examples.inputs[:1]) else "sentence"
        try:
            count = len(examples) - len(evaluated.free_of_them(data.corpus, examples.inputs))
        except CorpusError as error:
            problems.append(error)
            continue
        dropped.append(LeftOut(data.task, data.corpus, "train", unit, count, len(examples), LEAK))
    return dropped, problems
