"""What the examples of a task look like before any training: sizes, lengths, labels, duplicates, odd trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import Gold, GoldFeatures, GoldLemmas, GoldLinks, GoldTree, TaskExamples
from jmt.cascade.symbols.labels import split_code
from jmt.data.cards import ScoreRange
from jmt.errors import CorpusError


@dataclass(frozen=True, slots=True)
class TaskData:
    """One task's examples, with where they come from."""

    task: str
    corpus: str
    splits: Mapping[str, TaskExamples]
    paths: Mapping[str, str] = field(default_factory=dict)
    """The file of each split, for messages."""
    score_range: ScoreRange | None = None

    @property
    def kind(self) -> str:
        """The kind of head that learns from it."""
        return next(iter(self.splits.values())).kind


@dataclass(frozen=True, slots=True)
class SplitSummary:
    """The figures of one split."""

    examples: int
    words: int
    shortest: int
    median: int
    longest: int
    """Lengths in words, of sentences; pairs count as two."""
    duplicates: int
    """Examples that occurred before in the same split."""
    nonprojective: int | None = None
    """Sentences with crossing arcs, None where there are no trees."""


@dataclass(frozen=True, slots=True)
class UnseenLabel:
    """A label of dev or test that training never shows: it can only be scored as wrong."""

    split: str
    label: str
    count: int
    path: str | None
    line: int | None


def summarise_split(examples: TaskExamples) -> SplitSummary:
    """Count examples, words, lengths, duplicates and non-projective trees of a split."""
    lengths = sorted(len(sentence) for sentence in sentences_of(examples)) or [0]
    seen = Counter(_whole(entry) for entry in examples.inputs)
    trees = [gold.tree.head_ids for gold in examples.gold if isinstance(gold, GoldTree)]
    return SplitSummary(
        examples=len(examples),
        words=sum(lengths),
        shortest=lengths[0],
        median=lengths[len(lengths) // 2],
        longest=lengths[-1],
        duplicates=sum(seen.values()) - len(seen),
        nonprojective=sum(map(has_crossing_arcs, trees)) if trees else None,
    )


def sentences_of(examples: TaskExamples) -> Iterator[Sequence[str]]:
    """Yield every sentence, both of each pair."""
    for entry in examples.inputs:
        if isinstance(entry, tuple):
            yield from entry
        else:
            yield entry


def _whole(entry: Sequence[str] | tuple[Sequence[str], Sequence[str]]) -> tuple[object, ...]:
    return (tuple(entry[0]), tuple(entry[1])) if isinstance(entry, tuple) else tuple(entry)


def labels_of(gold: Gold) -> list[str]:
    """Return the labels in one example's gold: tags, edits, values of features, whether a word has links, relations, a
    class, or the whole number nearest to a score."""
    if isinstance(gold, GoldTree):
        return gold.tree.deprels
    if isinstance(gold, GoldLemmas | GoldFeatures | GoldLinks):
        return gold.choices
    if isinstance(gold, list):
        return gold
    return [f"about {floor(gold + 0.5)}"] if isinstance(gold, float) else [gold]


def label_table(data: TaskData) -> dict[str, dict[str, int]]:
    """Return label -> split -> count, the most frequent of all splits together first."""
    counts = {split: Counter(_all_labels(examples.gold)) for split, examples in data.splits.items()}
    together = sum(counts.values(), Counter[str]())
    names = sorted(together, key=lambda label: (-together[label], label))
    return {label: {split: counter[label] for split, counter in counts.items()} for label in names}


def _all_labels(golds: Iterable[Gold]) -> Iterator[str]:
    for gold in golds:
        yield from labels_of(gold)


def unseen_labels(data: TaskData, beside: Sequence[TaskData] = ()) -> list[UnseenLabel]:
    """Return the labels of dev and test that train lacks, each with its count and its first place.

    Train is also that of the corpora that the task is learned from `beside` this one.
    """
    trained = [one.splits["train"] for one in (data, *beside) if "train" in one.splits]
    known = {label for examples in trained for label in _all_labels(examples.gold)}
    found: list[UnseenLabel] = []
    for split, examples in data.splits.items():
        if split == "train" or not known or is_graded(data.kind):
            continue
        counts = Counter(label for label in _all_labels(examples.gold) if label not in known)
        for label, count in sorted(counts.items()):
            first = next(number for number, gold in enumerate(examples.gold) if label in labels_of(gold))
            line = examples.lines[first] if examples.lines else None
            found.append(UnseenLabel(split, label, count, data.paths.get(split), line))
    return found


def gold_faults(data: TaskData) -> list[CorpusError]:
    """Return what no model could learn or be scored on, with file and line: empty sentences, scores out of range."""
    faults = []
    for split, examples in data.splits.items():
        place = data.paths.get(split, data.corpus)
        if not len(examples):
            faults.append(CorpusError(f"no example for task {data.task} in {split}", place))
        for number, (entry, gold) in enumerate(zip(examples.inputs, examples.gold, strict=True)):
            fault = _fault_of(entry, gold, data)
            if fault:
                faults.append(CorpusError(fault, place, examples.lines[number] if examples.lines else number + 1))
    return faults


def _fault_of(entry: object, gold: Gold, data: TaskData) -> str | None:
    sentences = entry if isinstance(entry, tuple) else (entry,)
    if not all(sentences):
        return "an empty sentence"
    if isinstance(gold, list) and len(gold) != len(sentences[0]):
        return f"{len(gold)} labels for {len(sentences[0])} words"
    if is_graded(data.kind) and not isinstance(gold, float):
        return f"{gold!r} is not a score; a {data.kind} needs numbers"
    if isinstance(gold, float) and data.score_range:
        low, high = data.score_range
        if not low <= gold <= high:
            return f"the score {gold:g} is out of range; allowed are {low:g} to {high:g}"
    return None


def loose_spans(data: TaskData, split: str) -> list[int]:
    """Return the lines of sentences in which an `I-` label follows `O` or another type, as IOB2 never has it."""
    examples = data.splits[split]
    return [
        examples.lines[number] if examples.lines else number + 1
        for number, gold in enumerate(examples.gold)
        if isinstance(gold, list) and _starts_inside(gold)
    ]


def _starts_inside(labels: Sequence[str]) -> bool:
    return any(
        label.startswith("I-") and (previous == "O" or split_code(previous)[1] != split_code(label)[1])
        for previous, label in zip(["O", *labels], labels, strict=False)
    )


def has_crossing_arcs(head_ids: Sequence[int]) -> bool:
    """Tell whether a tree is non-projective: some word under an arc is no descendant of the arc's head.

    Equivalently two arcs cross, the one from the root (position 0) among them.
    """
    arcs = sorted((min(head, word), -max(head, word)) for word, head in enumerate(head_ids, start=1))
    open_ends: list[int] = []  # of the arcs around the current start, the innermost last
    for start, negative_end in arcs:
        end = -negative_end
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        if open_ends and open_ends[-1] < end:
            return True
        open_ends.append(end)
    return False
