"""Closed label sets, and the span codes IOB2 and IOBES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

IGNORED = -100
"""Index of a gold label that the label set does not know: it adds nothing to a loss."""


class LabelSet:
    """The labels of one task in a fixed order; closed once built."""

    def __init__(self, labels: Iterable[str], forms: Mapping[str, Sequence[str]] | None = None) -> None:
        self.labels = tuple(labels)
        self.forms = {form: tuple(seen) for form, seen in (forms or {}).items()}
        """Of a lemmatizer: the labels that training saw on a form, the most frequent first."""
        self._index = {label: index for index, label in enumerate(self.labels)}
        if len(self._index) != len(self.labels):
            raise ValueError("a label set holds each label once")

    @classmethod
    def from_examples(cls, sequences: Iterable[Sequence[str]]) -> LabelSet:
        """Collect every label of the training data, sorted so that the same data gives the same order."""
        return cls(sorted({label for sequence in sequences for label in sequence}))

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, label: str) -> bool:
        return label in self._index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelSet) and self.labels == other.labels

    def __hash__(self) -> int:
        return hash(self.labels)

    def index(self, label: str) -> int:
        """Return the label's index, or `IGNORED` where training never saw it."""
        return self._index.get(label, IGNORED)


@lru_cache(maxsize=4096)  # called for every word that is annotated, with few different labels
def split_code(label: str) -> tuple[str, str]:
    """Split `B-NP` into (`B`, `NP`); `O` has an empty type."""
    code, _, kind = label.partition("-")
    return code, kind


def spans_of(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return the (type, first, last) spans of IOB2 or IOBES labels, by conlleval's rules: 0-based, both ends inside.

    A span also starts at an `I-` whose predecessor is `O` or has another type, as conlleval counts it.
    """
    spans: list[tuple[str, int, int]] = []
    start: int | None = None
    previous_code, previous_kind = "O", ""
    for position, label in enumerate([*labels, "O"]):
        code, kind = split_code(label)
        continues = code in "IE" and previous_code in "BI" and kind == previous_kind
        if start is not None and not continues:
            spans.append((previous_kind, start, position - 1))
            start = None
        if code != "O" and not continues:
            start = position
        previous_code, previous_kind = code, kind
    return spans


def iob2_to_iobes(labels: Sequence[str]) -> list[str]:
    """Rewrite IOB2 as IOBES: single words become `S-`, last words of longer spans `E-`."""
    coded = ["O"] * len(labels)
    for kind, first, last in spans_of(labels):
        coded[first : last + 1] = [f"I-{kind}"] * (last - first + 1)
        coded[first] = f"B-{kind}"
        coded[last] = f"S-{kind}" if first == last else f"E-{kind}"
    return coded


def iobes_to_iob2(labels: Sequence[str]) -> list[str]:
    """Rewrite IOBES as IOB2."""
    coded = ["O"] * len(labels)
    for kind, first, last in spans_of(labels):
        coded[first : last + 1] = [f"I-{kind}"] * (last - first + 1)
        coded[first] = f"B-{kind}"
    return coded
