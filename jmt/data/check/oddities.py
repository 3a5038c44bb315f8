"""Labels from which no model learns what is meant, although every file is well-formed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import WORD_GOLD, TaskExamples
from jmt.data.check.inspection import TaskData, labels_of, sentences_of
from jmt.files.guards.checkpoint import check_labels

_MANY_LABELS = 100
"""A tag set of fewer is never suspected: xpos sets of a treebank have 20 to some hundreds."""
_WORDS_PER_LABEL = 10
"""A set of many labels that has more than one for so many different words is open: a lemma per word, an id per pair."""
_MOSTLY = 0.5


def oddities(data: TaskData) -> list[str]:
    """Return remarks about the labels of a task, one a line, the task first."""
    return [f"task.{data.task}: {remark}" for remark in _remarks(data)]


def _remarks(data: TaskData) -> Iterator[str]:
    labels = {split: _labels(examples) for split, examples in data.splits.items()}
    if "train" in data.splits and labels["train"]:
        train = data.splits["train"]
        yield from _refused(data.task, data.kind, labels["train"])
        yield from _constant(data.kind, train, labels["train"])
        yield from _open_set(train, labels["train"])
        for split in labels.keys() - {"train"}:
            yield from _mostly_new(data.kind, split, labels[split], labels["train"])


def example_of_spans(data: TaskData) -> str | None:
    """Return the label of a span's first word where all labels in train are those of IOB2 or `O`, else None."""
    labels = _labels(data.splits["train"]) if data.kind == "tagger" and "train" in data.splits else {}
    starts = [label for label in labels if label.startswith("B-")]
    return starts[0] if starts and all(label == "O" or label[:2] in ("B-", "I-") for label in labels) else None


def _labels(examples: TaskExamples) -> Counter[str]:
    """Count labels; scores as they are written, not rounded."""
    counts: Counter[str] = Counter()
    for gold in examples.gold:
        counts.update([f"{gold:g}"] if isinstance(gold, float) else labels_of(gold))
    return counts


def _refused(task: str, kind: str, labels: Counter[str]) -> Iterator[str]:
    if is_graded(kind) or kind in WORD_GOLD:  # which have labels of their own making
        return
    try:
        check_labels({task: list(labels)}, {task: kind})
    except ValueError as error:
        yield f"{str(error).removeprefix('labels.json: ')}: a model of such labels is refused when it is first saved"


def _constant(kind: str, train: TaskExamples, labels: Counter[str]) -> Iterator[str]:
    if len(labels) == 1 and len(train) > 1:
        what = "score" if is_graded(kind) else "label"
        yield f"every {what} of train is `{next(iter(labels))}`: there is nothing to learn"


def _open_set(train: TaskExamples, labels: Counter[str]) -> Iterator[str]:
    if len(labels) <= _MANY_LABELS or any(isinstance(gold, float) for gold in train.gold[:1]):
        return
    whole = any(isinstance(gold, str) for gold in train.gold[:1])
    different = len(train) if whole else len({word.lower() for words in sentences_of(train) for word in words})
    what = "examples" if whole else "different words"
    if len(labels) * _WORDS_PER_LABEL > different:
        yield (
            f"{len(labels):,} labels in train for {different:,} {what}: this looks like a column that says what each "
            "of them is (lemmas, ids), not like a closed set of labels to choose from"
        )


def _mostly_new(kind: str, split: str, labels: Counter[str], train: Counter[str]) -> Iterator[str]:
    new = sum(count for label, count in labels.items() if label not in train)
    if not is_graded(kind) and labels and new > _MOSTLY * labels.total():
        yield (
            f"{100 * new / labels.total():.0f} % of the labels of {split} are none that train has, so that they can "
            "only be scored as wrong: are the two of the same corpus, in the same scheme?"
        )
