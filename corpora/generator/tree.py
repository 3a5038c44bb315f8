"""Words, phrases and chunks under construction, before they are numbered and written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(eq=False)
class ChunkMark:
    """One chunk; its words share the mark, so that neighbours with the same mark are one chunk."""

    label: str


@dataclass(eq=False)
class Word:
    """One token with its gold annotation; the governor is another word, or none for the root."""

    form: str
    upos: str
    xpos: str
    governor: Word | None = None
    deprel: str = "root"
    chunk: ChunkMark | None = None
    glued_left: bool = False
    """No space before this word in the raw text."""
    glued_right: bool = False
    """No space after this word in the raw text."""
    lemma: str = ""
    feats: str = "_"

    def under(self, governor: Word, deprel: str) -> Word:
        """Attach this word to its governor and return it."""
        self.governor, self.deprel = governor, deprel
        return self


@dataclass(eq=False)
class Phrase:
    """Words in order with the head among them; person and plural steer agreement."""

    words: list[Word]
    head: Word
    person: int = 3
    plural: bool = False
    extraposed: list[Phrase] = field(default_factory=list)
    """Modifiers that the clause places at its end; already attached."""

    def under(self, governor: Word, deprel: str) -> Phrase:
        """Attach the phrase's head to its governor and return the phrase."""
        self.head.under(governor, deprel)
        return self


Part = Word | Phrase | None


def make(form: str, upos: str, xpos: str, *, lemma: str = "", feats: str = "_") -> Word:
    """Make a word that has no governor yet; its lemma is its form where none is given."""
    return Word(form, upos, xpos, lemma=lemma or form, feats=feats)


def flatten(parts: Iterable[Part]) -> list[Word]:
    """Line up the words of all parts, leaving out those that are None."""
    words: list[Word] = []
    for part in parts:
        if isinstance(part, Word):
            words.append(part)
        elif part is not None:
            words.extend(part.words)
    return words


def phrase(head: Word, *parts: Part) -> Phrase:
    """Build a phrase from parts in order; the head must be among their words."""
    return Phrase(flatten(parts), head)


def mark_chunk(label: str, words: Iterable[Word]) -> ChunkMark:
    """Give all the words one new chunk mark."""
    mark = ChunkMark(label)
    for word in words:
        word.chunk = mark
    return mark


def punct(form: str, xpos: str, governor: Word, *, opening: bool = False) -> Word:
    """Make a punctuation mark under its governor; opening marks stick to the right, others to the left."""
    mark = make(form, "PUNCT", xpos).under(governor, "punct")
    mark.glued_left, mark.glued_right = not opening, opening
    return mark


def chunk_labels(words: list[Word]) -> list[str]:
    """Return the IOB2 chunk label of every word."""
    labels: list[str] = []
    previous: ChunkMark | None = None
    for word in words:
        if word.chunk is None:
            labels.append("O")
        else:
            labels.append(f"{'I' if word.chunk is previous else 'B'}-{word.chunk.label}")
        previous = word.chunk
    return labels
