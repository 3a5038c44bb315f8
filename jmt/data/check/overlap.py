"""Evaluation sentences that are in training data: within a corpus often by design, across corpora a leak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jmt.data.check.inspection import TaskData
from jmt.data.unions.leaks import Form, normal_form
from jmt.errors import CorpusError

_LONG_ENOUGH = 5
"""Words (a final sign not counted) from which a sentence does not recur by chance; `Thank you .` does."""
_LARGEST_SHARE = 0.1
"""Of the evaluation sentences; above it even short ones are no chance."""

Place = tuple[str, int | None]
"""A file, or a corpus without one, and the line."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The sentences of an evaluation split that are in a training split."""

    corpus: str
    split: str
    training_corpus: str
    sentences: int
    of: int
    whole_pairs: int
    """Pairs that are there as pairs, in either order."""
    examples: tuple[tuple[str, Place, Place], ...]
    """The long ones among the shared sentences: their words, where they are evaluated, where they are trained on."""

    @property
    def is_leak(self) -> bool:
        """Whether one corpus brings evaluation sentences of another into training."""
        if self.corpus == self.training_corpus:
            return False
        return bool(self.examples) or self.sentences > _LARGEST_SHARE * self.of

    def fault(self) -> CorpusError:
        """Describe a leak, with the place of its first sentence."""
        message = (
            f"leak: {self.sentences} of the {self.of} sentences of {self.corpus} {self.split} are in the training data "
            f"of {self.training_corpus}; leave one of the two corpora out, or remove these sentences from its train"
        )
        if not self.examples:
            return CorpusError(message, self.corpus)
        words, (path, line), (train_path, train_line) = self.examples[0]
        where = f"{train_path}:{train_line}" if train_line else train_path
        return CorpusError(f"{message}. First: {words!r}, also in {where}", path, line)


def shared_sentences(tasks: Sequence[TaskData]) -> list[Shared]:
    """Compare every evaluation split with every train split, corpus by corpus; those that share nothing are left out.

    Two sentences are the same when their words are, in lower case and without final signs.
    """
    distinct = _one_task_per_family(tasks)
    trained = {data.corpus: _Training(distinct, data.corpus) for data in distinct}
    found = [
        _compare(data, split, training)
        for data in distinct
        for split in data.splits
        if split != "train"
        for training in trained.values()
    ]
    return [shared for shared in found if shared.sentences]


def _one_task_per_family(tasks: Sequence[TaskData]) -> list[TaskData]:
    """Keep one task per corpus and family of examples: the others have the same sentences."""
    kept: dict[tuple[str, bool], TaskData] = {}
    for data in tasks:
        is_pairs = any(isinstance(entry, tuple) for examples in data.splits.values() for entry in examples.inputs[:1])
        kept.setdefault((data.corpus, is_pairs), data)
    return list(kept.values())


class _Training:
    """The training sentences of a corpus, each with the first place where it stands."""

    def __init__(self, tasks: Sequence[TaskData], corpus: str) -> None:
        self.corpus = corpus
        self.places: dict[Form, Place] = {}
        self.pairs: set[frozenset[Form]] = set()
        for data in tasks:
            if data.corpus == corpus and "train" in data.splits:
                for form, place in _mentions(data, "train"):
                    self.places.setdefault(form, place)
                self.pairs.update(_pairs(data, "train"))


def _compare(data: TaskData, split: str, training: _Training) -> Shared:
    mentions = list(_mentions(data, split))
    hits = [(form, place) for form, place in mentions if form in training.places]
    long_ones: dict[Form, Place] = {}
    for form, place in hits:
        if len(form) >= _LONG_ENOUGH:
            long_ones.setdefault(form, place)
    return Shared(
        corpus=data.corpus,
        split=split,
        training_corpus=training.corpus,
        sentences=len(hits),
        of=len(mentions),
        whole_pairs=sum(pair in training.pairs for pair in _pairs(data, split)),
        examples=tuple((" ".join(form), place, training.places[form]) for form, place in long_ones.items()),
    )


def _mentions(data: TaskData, split: str) -> Iterator[tuple[Form, Place]]:
    examples = data.splits[split]
    path = data.paths.get(split, data.corpus)
    for number, entry in enumerate(examples.inputs):
        place = (path, examples.lines[number] if examples.lines else None)
        for sentence in entry if isinstance(entry, tuple) else (entry,):
            yield normal_form(sentence), place


def _pairs(data: TaskData, split: str) -> list[frozenset[Form]]:
    return [
        frozenset((normal_form(entry[0]), normal_form(entry[1])))
        for entry in data.splits[split].inputs
        if isinstance(entry, tuple)
    ]
