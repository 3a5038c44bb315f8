"""Random choice of words and noun phrases under the lexicon's selectional restrictions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from corpora.generator import adjectives as adjective_tables
from corpora.generator import names as name_tables
from corpora.generator import nouns as noun_tables
from corpora.generator.lexicon import Entry, Noun, Verb, adjectives, nouns_by_kind, parse_row, verbs_of
from corpora.generator.meaning import Adjective, Np, Pp

Item = TypeVar("Item")
EntryItem = TypeVar("EntryItem", bound=Entry)

SINGULAR_DETERMINERS = ("the",) * 9 + ("a",) * 7 + ("this", "that", "another")
PLURAL_DETERMINERS = ("the",) * 8 + ("",) * 3 + ("these", "those", "some", "some", "many", "several")
MASS_DETERMINERS = ("the", "the", "some", "some", "", "", "this", "that")
OWNERS = ("my", "her", "her", "his", "our", "their", "your")
OWNER_RATE = 0.22
NO_ADJECTIVE = frozenset({"kin", "feature", "topic", "snow", "stuff", "gesture"})
PARTICIPLES = {
    "small": "break lose steal paint", "opening": "lock close paint break", "garment": "lose tear wash iron",
    "text": "lose forget sign steal", "vehicle": "steal park repair",
}  # fmt: skip
"""Verbs whose past participle stands before nouns of a class."""


PERSON_NAMES = frozenset(f"{name_tables.FEMALE_NAMES} {name_tables.MALE_NAMES}".split())


def is_person(np: Np) -> bool:
    """Tell whether `who` asks for the noun phrase: people do, by whatever name; cities and companies do not."""
    if np.name:
        return bool(np.title) or np.name[0] in PERSON_NAMES
    return bool(np.pronoun and np.pronoun != "it") or (np.noun is not None and np.noun.human)


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

    def deck(self, weights: Sequence[tuple[str, float]], count: int) -> list[str]:
        """Return `count` names in random order, as many of each as its weight asks."""
        total = sum(weight for _, weight in weights)
        names: list[str] = []
        passed = 0.0
        for name, weight in weights:
            passed += weight
            names += [name] * (round(count * passed / total) - len(names))
        return sorted(names, key=lambda _: self._rng.random())

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
        return self.entry(self.pick(nouns_by_kind(classes, self.split)))

    def verb(self, frame: str) -> Verb:
        """Return a verb of the frame."""
        return self.entry(verbs_of(frame))

    def adjective(self, noun: Noun) -> Adjective | None:
        """Return an adjective that can describe the noun, or None."""
        row = adjective_tables.MODIFIES.get(noun.kind)
        if row is None:
            return None
        return Adjective(self.entry(adjectives()[row]).lemma)

    def gradable(self, adjective: str) -> bool:
        """Tell whether the adjective has degrees: colors, materials and the like have none."""
        return adjective not in adjective_tables.UNGRADABLE

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
            return Np(pronoun=self.pick(("I", "you", "he", "she", "we", "they")))
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
        rate = noun_tables.PLURAL_RATE.get(noun.kind, noun_tables.USUAL_PLURAL_RATE)
        plural = not noun.mass and noun.lemma not in noun_tables.ONLY_ONE and self.chance(rate)
        np = Np(noun=noun, plural=plural, determiner=self.determiner(noun, plural))
        if noun.kind == "kin":
            return np
        if np.determiner == "the":
            np = self._definite(np)
        elif plural and np.determiner == "" and self.chance(0.5):
            np = self.numbered(np)
        if noun.kind not in NO_ADJECTIVE and self.chance(adjective_rate):
            np = self.described(np)
        return self._completed(np) if np.determiner in ("the", "a") and self.chance(0.07) else np

    def _definite(self, np: Np) -> Np:
        """Return a noun phrase with `the` as it is, or with an owner, a number, a quantifier or an ordinal."""
        assert np.noun is not None
        if self.owned(np.noun) and self.chance(0.2):
            owner = self.person_name() if self.chance(0.6) else Np(noun=self.noun("person"), determiner="the")
            several = owner.noun is not None and owner.noun.lemma not in noun_tables.ONLY_ONE and self.chance(0.25)
            return replace(np, determiner="", possessor=replace(owner, plural=several))
        if np.plural and self.chance(0.25):
            return self.numbered(np)
        if np.plural and self.chance(0.15):
            return replace(np, predeterminer=self.pick(("all", "both")))
        if self.chance(0.06) and np.noun.kind not in ("food", "drink", "stuff", "snow"):
            return replace(np, ordinal=self.pick(name_tables.ORDINALS.split()))
        return np

    def _completed(self, np: Np) -> Np:
        """Return the noun phrase with a prepositional phrase that can only belong to the noun, where one suits it."""
        assert np.noun is not None
        endings = {
            "person": (("from", "city"), ("with", "feature")), "text": (("about", "topic"), ("about", "animal")),
            "building": (("near", "waters"), ("in", "city")), "issue": (("with", "vehicle"),),
            "picture": (("of", "animal"), ("of", "building")), "speech": (("about", "topic"),),
        }  # fmt: skip
        options = endings.get(np.noun.lemma) or endings.get(np.noun.kind)
        if options is None:
            return np
        preposition, name = self.pick(options)
        if name == "city":
            return replace(np, pps=(Pp(preposition, self.city()),))
        noun = self.noun(name)
        inner = Np(noun=noun, determiner="" if noun.kind == "topic" else "a" if name == "feature" else "the")
        return replace(np, pps=(Pp(preposition, inner),))

    def owned(self, noun: Noun) -> bool:
        """Tell whether the noun takes possessors freely."""
        return noun.kind in noun_tables.OWNED or noun.lemma in noun_tables.OWNED_WORDS

    def determiner(self, noun: Noun, plural: bool) -> str:
        """Return a determiner that goes with the noun and its number."""
        if noun.kind == "kin":
            partner = {"husband": ("my", "her"), "wife": ("my", "his")}
            return self.pick(partner.get(noun.lemma, OWNERS))
        if self.owned(noun) and self.chance(OWNER_RATE):
            return self.pick(OWNERS)
        if noun.mass:
            return self.pick(MASS_DETERMINERS)
        return self.pick(PLURAL_DETERMINERS if plural else SINGULAR_DETERMINERS)

    def numbered(self, np: Np) -> Np:
        """Return a plural noun phrase with a number, in words or digits."""
        many = np.noun is not None and np.noun.kind in ("person", "animal", "text", "small", "plant", "fruit")
        number = self.pick(name_tables.NUMBER_WORDS.split())
        if many and self.chance(0.3):
            large = self.chance(0.15)
            number = f"{self.number(1, 9)},{self.number(1, 9)}00" if large else str(self.number(13, 60))
        modifier = self.pick(("about", "only", "nearly", "over", "almost")) if self.chance(0.2) else ""
        return replace(np, number=number, number_modifier="" if np.determiner else modifier)

    def described(self, np: Np) -> Np:
        """Return the noun phrase with one or two adjectives, a participle or a degree."""
        assert np.noun is not None
        if np.noun.kind in PARTICIPLES and self.chance(0.18):
            return replace(np, adjectives=(Adjective(self.pick(PARTICIPLES[np.noun.kind].split()), participle=True),))
        modifiers = noun_tables.COMPOUNDS.get(np.noun.lemma)
        if modifiers is not None and self.chance(0.5):
            return replace(np, compound=self.pick(modifiers))
        if np.noun.kind == "person" and np.determiner in ("a", "the", "this") and self.chance(0.06):
            adverb, verb = self.pick(adjective_tables.HYPHENATED)
            return replace(np, adjectives=(Adjective(verb, participle=True, hyphenated=adverb),))
        first = self.adjective(np.noun)
        if first is None:
            return np
        if (
            np.determiner == "the"
            and not np.number
            and not np.ordinal
            and self.chance(0.15)
            and self.gradable(first.lemma)
        ):
            return replace(np, adjectives=(replace(first, degree="est"),))
        if self.chance(0.12) and np.determiner == "a" and self.gradable(first.lemma):
            return replace(np, adjectives=(replace(first, intensifier="very"),))
        second = self.adjective(np.noun)
        order = adjective_tables.ORDER
        if self.chance(0.3) and second is not None and order.get(first.lemma, 0) < order.get(second.lemma, 0):
            return replace(np, adjectives=(first, second))
        return replace(np, adjectives=(first,))

    def pronoun_for(self, np: Np) -> Np:
        """Return the pronoun that refers to the noun phrase again."""
        if np.pronoun:
            plural = np.pronoun in ("everyone", "everybody", "someone", "somebody", "nobody", "no one")
            return Np(pronoun="they" if plural else np.pronoun)
        if np.others or np.plural:
            return Np(pronoun="they")
        if np.name:
            female = np.title in ("Mrs.", "Ms.") or np.name[0] in name_tables.FEMALE_NAMES.split()
            male = np.title == "Mr." or np.name[0] in name_tables.MALE_NAMES.split()
            place = not (female or male or np.title)
            return Np(pronoun="it" if place else "she" if female else "he")
        assert np.noun is not None
        unknown = np.noun.human and np.noun.pronoun == "it"
        return Np(pronoun=self.pick(("he", "she")) if unknown else np.noun.pronoun)

    def simple(self, *classes: str) -> Np:
        """Return a short noun phrase: a determiner and a noun, perhaps an adjective."""
        noun = self.noun(*classes)
        if noun.kind == "kin":
            return Np(noun=noun, determiner=self.determiner(noun, False))
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
        return Np(noun=noun, determiner="a" if of_noun == "member" else "the", pps=(Pp("of", self.simple(*classes)),))
