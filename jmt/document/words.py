"""What a sentence is made of: words, spans of them, written forms that stand for several, and empty nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TOKEN_KEYS = frozenset({"id", "text", "start", "end", "head", "deprel", "confidences"})
"""Keys of a token's dictionary that no task may be called by; every other key is a task's label."""


@dataclass(slots=True)
class Token:
    """One word: its place in the text, what the tasks say about it, and the CoNLL-U columns it came with."""

    id: int
    """1-based position in the sentence."""
    text: str
    start: int | None = None
    """First code point in the document's text; None where the text is not known."""
    end: int | None = None
    """One past the last code point."""
    labels: dict[str, str] = field(default_factory=dict)
    """Label of every task that gives words one, by its name (spans as IOB2), and what the input's columns said."""
    head: int | None = None
    """Position of the governor, 0 for the root, None where nothing was parsed."""
    deprel: str | None = None
    deps: str = "_"
    misc: str = "_"
    confidences: dict[str, float] = field(default_factory=dict)
    """Probability of what was predicted, by task, where it was asked for."""

    @property
    def lemma(self) -> str | None:
        """The word as a dictionary lists it, where a task for it or the input gave one, else None."""
        return self.labels.get("lemma")

    @property
    def upos(self) -> str | None:
        """The universal part of speech, where a task for it or the input gave one."""
        return self.labels.get("upos")

    @property
    def xpos(self) -> str | None:
        """The part of speech of the treebank's own set."""
        return self.labels.get("xpos")

    @property
    def feats(self) -> str | None:
        """The features, `Case=Nom|Number=Sing`; `_` where a task says that there are none, None where nothing does."""
        return self.labels.get("feats")

    @property
    def chunk(self) -> str | None:
        """The chunk label in IOB2."""
        return self.labels.get("chunk")

    def to_dict(self) -> dict[str, Any]:
        """Return the token as it stands in JSON; what is not known is left out."""
        entry: dict[str, Any] = {"id": self.id, "text": self.text}
        if self.start is not None:
            entry["start"] = self.start
            entry["end"] = self.end
        entry.update(self.labels)
        if self.head is not None:
            entry["head"] = self.head
            entry["deprel"] = self.deprel
        if self.confidences:
            entry["confidences"] = dict(self.confidences)
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Token:
        """Read what `to_dict` wrote."""
        return cls(
            entry["id"],
            entry["text"],
            entry.get("start"),
            entry.get("end"),
            {key: value for key, value in entry.items() if key not in TOKEN_KEYS},
            entry.get("head"),
            entry.get("deprel"),
            confidences=dict(entry.get("confidences", {})),
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A labelled span of words: positions of its first and last token, 1-based, both inside."""

    label: str
    first: int
    last: int


@dataclass(slots=True)
class MultiwordToken:
    """One written form that stands for several words: French `du` for `de` and `le`, a range `3-4` in CoNLL-U."""

    first: int
    """Position of its first word in the sentence, from 1."""
    last: int
    """Position of its last word, which belongs to it."""
    text: str
    misc: str = "_"
    start: int | None = None
    end: int | None = None
    others: tuple[str, ...] = ("_",) * 7
    """The columns LEMMA to DEPS, kept as read."""

    def place(self, start: int, words: Sequence[Token]) -> None:
        """Set where it begins in the document's text, and the offsets of its words.

        Words that make it up letter by letter (`do`, `n't`) get their own part; otherwise each gets the whole.
        """
        self.start, self.end = start, start + len(self.text)
        split = "".join(word.text for word in words) == self.text
        for word in words:
            word.start, word.end = (start, start + len(word.text)) if split else (self.start, self.end)
            start = word.end if split else start

    def to_dict(self) -> dict[str, Any]:
        """Return it as it stands in JSON."""
        entry: dict[str, Any] = {"first": self.first, "last": self.last, "text": self.text}
        return entry if self.start is None else {**entry, "start": self.start, "end": self.end}

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> MultiwordToken:
        """Read what `to_dict` wrote."""
        return cls(entry["first"], entry["last"], entry["text"], start=entry.get("start"), end=entry.get("end"))


@dataclass(slots=True)
class EmptyNode:
    """A CoNLL-U empty node such as `8.1`: no word of the basic tree, kept as read."""

    position: str
    columns: tuple[str, ...]
    """The nine columns after ID."""
