"""Random choice of words and noun phrases under the lexicon's selectional restrictions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from jmt.data.miniature import adjectives as adjective_tables
from jmt.data.miniature import names as name_tables
from jmt.data.miniature import nouns as noun_tables
from jmt.data.miniature.lexicon import Entry, Noun, Verb, adjectives, nouns_of, parse_row, verbs_of
from jmt.data.miniature.meaning import Adjective, Np, Pp

Item = TypeVar("Item")
EntryItem = TypeVar("EntryItem", bound=Entry)

SINGULAR_DETERMINERS = ("the",) * 9 + ("a",) * 7 + ("this", "that", "another", "my", "her", "his", "our", "their")
PLURAL_DETERMINERS = ("the",) * 8 + ("",) * 3 + ("these", "those", "some", "some", "many", "several", "my", "her", "their")
MASS_DETERMINERS = ("the", "the", "some", "some", "", "", "my", "this", "that", "her", "his")
NO_ADJECTIVE = frozenset({"kin", "feature", "topic", "weather", "stuff"})
TITLED = {"Mr.": name_tables.MALE_NAMES, "Mrs.": name_tables.FEMALE_NAMES}


class Sampler:
    """Draws words for one split; the held-out words of that split come up at a fixed rate.

    Only `random.Random.random` is used, whose sequence Python promises to keep for a seed.
    """

    def __init__(self, rng: random.Random, split: str, held_rate: float) -> None:
        self._rng = rng
        self.split = split
        self.held_rate = held_rate

    def chance(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self._rng.random() < probability

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[int(self._rng.random() * len(items))]

    def weighted(self, items: Sequence[tuple[Item, float]]) -> Item:
        """Return one of the items with probability proportional to its weight."""
        mark = self._rng.random() * sum(weight for _, weight in items)
        for item, weight in items:
            mark -= weight
            if mark < 0:
                return item
        return items[-1][0]

    def number(self, first: int, last: int) -> int:
        """Return a whole number between first and last, both included."""
        return first + int(self._rng.random() * (last - first + 1))

    def entry(self, entries: Sequence[EntryItem]) -> EntryItem:
        """Return a word that this split may use: held-out ones at the held rate, shared ones else."""
        held = [entry for entry in entries if entry.split == self.split]
        shared = [entry for entry in entries if entry.split == "all"]
        if held and (not shared or self.chance(self.held_rate)):
            return self.pick(held)
        return self.pick(shared)

    def word(self, row: str) -> str:
        """Return a word of a `shared | dev | test` row."""
        return self.entry(parse_row(row)).lemma

    def noun(self, *classes: str) -> Noun:
        """Return a noun of the named classes."""
        usable = nouns_of(classes)
        kinds = sorted({noun.kind for noun in usable if noun.split in ("all", self.split)})
        kind = self.pick(kinds)
        return self.entry([noun for noun in usable if noun.kind == kind])

    def verb(self, frame: str) -> Verb:
        """Return a verb of the frame."""
        return self.entry(verbs_of(frame))

    def adjective(self, noun: Noun) -> Adjective | None:
        """Return an adjective that can describe the noun, or None."""
        row = adjective_tables.MODIFIES.get(noun.kind)
        if row is None:
            return None
        return Adjective(self.entry(adjectives()[row]).lemma)

    def first_name(self) -> str:
        """Return a first name."""
        return self.word(self.pick((name_tables.FEMALE_NAMES, name_tables.MALE_NAMES)))

    def person_name(self) -> Np:
        """Return a name: first name, full name, or title and surname."""
        surname = self.word(name_tables.SURNAMES)
        draw = self._rng.random()
        if draw < 0.6:
            return Np(name=(self.first_name(),))
        if draw < 0.85:
            return Np(name=(self.first_name(), surname))
        return Np(name=(surname,), title=self.pick(name_tables.TITLES.split()))

    def city(self) -> Np:
        """Return the name of a city or a country."""
        return Np(name=(self.word(self.pick((name_tables.CITIES, name_tables.COUNTRIES))),))

    def human(self, role: str) -> Np:
        """Return a person: a pronoun, a name, an indefinite pronoun or a common noun phrase."""
        draw = self._rng.random()
        if draw < 0.3:
            return Np(pronoun=self.pick(("I", "you", "he", "she", "we", "they", "he", "she")))
        if draw < 0.5:
            return self.person_name()
        if draw < 0.53 and role == "subject":
            return Np(pronoun=self.pick(("someone", "everyone", "nobody", "somebody", "no one", "everybody")))
        return self.common(self.noun("human"))

    def np(self, classes: Sequence[str], role: str = "object") -> Np:
        """Return a noun phrase whose head is of the classes; persons may be pronouns or names."""
        noun = self.noun(*classes)
        if noun.human and any(name in ("human", "animate", "agent", "person") for name in classes):
            return self.human(role)
        if noun.kind == "organization" and self.chance(0.15):
            return Np(name=(self.word(name_tables.COMPANIES),))
        if noun.kind == "outdoor" and self.chance(0.2):
            return self.city()
        return self.common(noun)

    def common(self, noun: Noun, *, adjective_rate: float = 0.3) -> Np:
        """Return a noun with determiner, perhaps a number, an adjective, a participle or a possessor."""
        if noun.kind == "topic":
            return Np(noun=noun)
        plural = not noun.mass and self.chance(0.3)
        np = Np(noun=noun, plural=plural, determiner=self.determiner(noun, plural))
        if noun.kind == "kin":
            return replace(np, determiner=self.pick(("my", "her", "his", "our", "their", "your")))
        if np.determiner == "the" and self.chance(0.12):
            owner = self.person_name() if self.chance(0.6) else Np(noun=self.noun("person"), determiner="the")
            if owner.noun is not None and self.chance(0.25):
                owner = replace(owner, plural=True)
            np = replace(np, determiner="", possessor=owner)
        elif plural and np.determiner in ("the", "") and self.chance(0.35):
            np = self.numbered(np)
        elif plural and np.determiner == "the" and self.chance(0.15):
            np = replace(np, predeterminer=self.pick(("all", "both")))
        elif np.determiner == "the" and self.chance(0.06):
            np = replace(np, ordinal=self.pick(name_tables.ORDINALS.split()))
        if noun.kind not in NO_ADJECTIVE and not noun.kind == "quality" and self.chance(adjective_rate):
            np = self.described(np)
        return np

    def determiner(self, noun: Noun, plural: bool) -> str:
        """Return a determiner that goes with the number."""
        if noun.mass:
            return "" if noun.kind == "quality" else self.pick(MASS_DETERMINERS)
        return self.pick(PLURAL_DETERMINERS if plural else SINGULAR_DETERMINERS)

    def numbered(self, np: Np) -> Np:
        """Return a plural noun phrase with a number, in words or digits."""
        digits = str(self.number(13, 95)) if self.chance(0.8) else f"{self.number(1, 9)},{self.number(100, 999)}"
        number = digits if self.chance(0.35) else self.pick(name_tables.NUMBER_WORDS.split())
        modifier = self.pick(("about", "only", "nearly", "over", "almost")) if self.chance(0.2) else ""
        return replace(np, number=number, number_modifier="" if np.determiner else modifier)

    def described(self, np: Np) -> Np:
        """Return the noun phrase with one or two adjectives, a participle or a degree."""
        assert np.noun is not None
        if np.noun.kind in ("small", "opening", "text", "garment", "vehicle") and self.chance(0.15):
            form = {"small": "break lose steal paint polish", "opening": "lock close paint break", "garment": "lose tear wash"}
            row = form.get(np.noun.kind, "steal lose forget")
            return replace(np, adjectives=(Adjective(self.pick(row.split()), participle=True),))
        first = self.adjective(np.noun)
        if first is None:
            return np
        if np.determiner == "the" and self.chance(0.15):
            return replace(np, adjectives=(replace(first, degree="est"),))
        if self.chance(0.1) and np.determiner == "a":
            return replace(np, adjectives=(replace(first, intensifier="very"),))
        second = self.adjective(np.noun)
        if self.chance(0.15) and second is not None and second.lemma != first.lemma:
            return replace(np, adjectives=(first, second))
        return replace(np, adjectives=(first,))

    def simple(self, *classes: str) -> Np:
        """Return a short noun phrase: a determiner and a noun, perhaps an adjective."""
        noun = self.noun(*classes)
        if noun.kind == "kin":
            return Np(noun=noun, determiner=self.pick(("my", "her", "his", "your")))
        if noun.kind == "topic":
            return Np(noun=noun)
        determiner = "the" if noun.mass or self.chance(0.6) else "a"
        np = Np(noun=noun, determiner=determiner)
        chosen = self.adjective(noun) if noun.kind not in NO_ADJECTIVE and self.chance(0.2) else None
        return np if chosen is None else replace(np, adjectives=(chosen,))

    def with_of(self, of_noun: str) -> Np:
        """Return `the roof of the house`, `the owner of the dog`: a noun and the phrase that completes it."""
        classes = noun_tables.OF_RELATIONS[of_noun]
        noun = Noun(of_noun, "all", "part", False)
        return Np(noun=noun, determiner="the", pps=(Pp("of", self.simple(*classes)),))
