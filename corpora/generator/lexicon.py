"""The word tables as objects, and which of them a split may use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from corpora.generator import adjectives as adjective_tables
from corpora.generator import nouns as noun_tables
from corpora.generator import verbs as verb_tables

SPLITS = ("all", "dev", "test")
"""Where a word may occur: in every split, or held out for one."""


@dataclass(frozen=True)
class Entry:
    """A word of the lexicon and the split that it is held out for, or `all`."""

    lemma: str
    split: str


@dataclass(frozen=True)
class Noun(Entry):
    """A common noun with its semantic class."""

    kind: str
    mass: bool

    @property
    def human(self) -> bool:
        """Whether `who` and `he` or `she` refer to it."""
        return self.kind in noun_tables.GROUPS["human"]

    @property
    def pronoun(self) -> str:
        """The singular pronoun that refers to it."""
        if self.lemma in noun_tables.FEMALE:
            return "she"
        return "he" if self.lemma in noun_tables.MALE else "it"


@dataclass(frozen=True)
class Verb(Entry):
    """A verb in one frame: the classes of subject and object, and (preposition, classes) of its oblique."""

    frame: str
    particle: str
    state: bool
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    obliques: tuple[tuple[str, tuple[str, ...]], ...]


def parse_row(row: str) -> list[Entry]:
    """Read `shared words | dev words | test words`."""
    parts = row.split("|")
    return [Entry(word, split) for split, part in zip(SPLITS, parts, strict=False) for word in part.split()]


def _parse_classes(table: str) -> dict[str, list[Entry]]:
    """Read rows of `class: shared | dev | test`, a row going on over indented lines."""
    classes: dict[str, list[Entry]] = {}
    for row in table.replace("\n ", " ").strip().splitlines():
        name, words = row.split(":", 1)
        classes[name] = parse_row(words)
    return classes


def _parse_oblique(text: str) -> tuple[str, tuple[str, ...]]:
    preposition, *classes = text.split()
    return preposition, tuple(classes)


def _parse_verbs(frame: str, table: str) -> list[Verb]:
    verbs = []
    for row in table.strip().splitlines():
        heads, classes = row.split(":", 1)
        split, *lemmas = heads.split()
        subjects, objects, obliques = ([part.strip() for part in classes.split(">")] + ["", ""])[:3]
        options = tuple(_parse_oblique(part) for part in obliques.split("|") if part.strip())
        for lemma in lemmas:
            name, _, particle = lemma.removesuffix("!").partition("/")
            known = tuple(subjects.split()), tuple(objects.split()), options
            verbs.append(Verb(name, split, frame, particle, lemma.endswith("!"), *known))
    return verbs


@lru_cache(maxsize=1)
def nouns() -> tuple[Noun, ...]:
    """Return every common noun."""
    tables = ((noun_tables.COUNT_NOUNS, False), (noun_tables.MASS_NOUNS, True))
    return tuple(
        Noun(entry.lemma, entry.split, kind, mass)
        for table, mass in tables
        for kind, entries in _parse_classes(table).items()
        for entry in entries
    )


@lru_cache(maxsize=1)
def verbs() -> tuple[Verb, ...]:
    """Return every verb in every frame."""
    names = (
        "INTRANSITIVE", "MOTION", "TRANSITIVE", "DITRANSITIVE", "PREPOSITIONAL", "PARTICLE", "PARTICLE_INTRANSITIVE",
        "THAT_CLAUSE", "QUESTION_CLAUSE", "CONTROL", "GERUND", "OBJECT_CONTROL", "WANT_OBJECT", "BARE", "PERCEPTION",
        "COPULAR",
    )  # fmt: skip
    return tuple(verb for name in names for verb in _parse_verbs(name.lower(), getattr(verb_tables, name)))


@lru_cache(maxsize=1)
def adjectives() -> dict[str, list[Entry]]:
    """Return the adjectives by the class that they describe."""
    return _parse_classes(adjective_tables.ADJECTIVES)


@cache
def nouns_of(names: tuple[str, ...]) -> tuple[Noun, ...]:
    """Return the nouns of the named groups, classes or single lemmas; an unknown name is a fault of the tables."""
    found: list[Noun] = []
    for name in names:
        kinds = noun_tables.GROUPS.get(name, (name,))
        members = [noun for noun in nouns() if noun.kind in kinds] or [n for n in nouns() if n.lemma == name]
        if not members and name != "none":
            raise KeyError(f"no noun class or noun named {name!r}")
        found.extend(members)
    return tuple(found)


@cache
def nouns_by_kind(names: tuple[str, ...], split: str) -> tuple[tuple[Noun, ...], ...]:
    """Return the nouns of the names that a split may use, one tuple for each class; classes are sorted by name."""
    usable = [noun for noun in nouns_of(names) if noun.split in ("all", split)]
    kinds = sorted({noun.kind for noun in usable})
    return tuple(tuple(noun for noun in usable if noun.kind == kind) for kind in kinds)


@cache
def verbs_of(frame: str) -> tuple[Verb, ...]:
    """Return the verbs of one frame."""
    return tuple(verb for verb in verbs() if verb.frame == frame)
