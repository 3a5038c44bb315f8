"""What a sentence is to say, before it has words: noun phrases, clauses and their parts.

Every class is a frozen value; `dataclasses.replace` derives a variant, which is how passives, questions and the second
sentences of pairs come about.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpora.generator.lexicon import Noun


@dataclass(frozen=True)
class Adjective:
    """An adjective, its degree ("", "er", "est") and a degree adverb; or a participle used as one."""

    lemma: str
    degree: str = ""
    intensifier: str = ""
    participle: bool = False
    hyphenated: str = ""
    """An adverb that a hyphen joins to the adjective (`well`)."""


@dataclass(frozen=True)
class Pp:
    """A preposition and its object."""

    preposition: str
    object: Np


@dataclass(frozen=True)
class Np:
    """A noun phrase: a noun with its modifiers, a name, a pronoun or a wh-word."""

    noun: Noun | None = None
    plural: bool = False
    determiner: str = ""
    predeterminer: str = ""
    number: str = ""
    number_modifier: str = ""
    ordinal: str = ""
    adjectives: tuple[Adjective, ...] = ()
    compound: str = ""
    measure: tuple[str, ...] = ()
    """A number and a unit with a hyphen (`two-hour`)."""
    possessor: Np | None = None
    pronoun: str = ""
    name: tuple[str, ...] = ()
    title: str = ""
    pps: tuple[Pp, ...] = ()
    relative: Clause | None = None
    extraposed: bool = False
    others: tuple[Np, ...] = ()
    conjunction: str = "and"
    both: bool = False
    apposition: Np | None = None
    bracketed: bool = False
    wh: str = ""
    """A question word (`who`, `what`, `which`, `how many`, `whose`) in this phrase, which moves to the front."""
    relativizer: str = ""
    """The relative pronoun that this phrase is (`who`, `that`, `which`, `whose`, or `zero` for none)."""

    @property
    def fronted(self) -> bool:
        """Whether the phrase moves to the front of its clause."""
        return bool(self.wh or self.relativizer)


@dataclass(frozen=True)
class Adjp:
    """A predicative adjective phrase, with what it is compared to and its complement."""

    adjective: Adjective
    than: Np | None = None
    equal: Np | None = None
    pp: Pp | None = None
    complement: Complement | None = None
    enough: bool = False
    others: tuple[Adjective, ...] = ()
    conjunction: str = "and"
    wh: bool = False
    """Asked for by `how`, and moved to the front."""

    @property
    def fronted(self) -> bool:
        """Whether the phrase moves to the front of its clause."""
        return self.wh


@dataclass(frozen=True)
class Complement:
    """A clause that a verb or an adjective takes; kind: that, zero, whether, if, wh, to, bare, gerund."""

    kind: str
    clause: Clause
    deprel: str


@dataclass(frozen=True)
class Inflection:
    """Tense, aspect, mood, voice and polarity of a clause."""

    tense: str = "past"
    modal: str = ""
    perfect: bool = False
    progressive: bool = False
    passive: bool = False
    negation: str = ""
    """"", `not` or `n't`."""
    adverb: str = ""
    """An adverb before the verb (`often`, `never`)."""
    contracted: bool = False
    """The first auxiliary leans on a pronoun (`she's`)."""
    form: str = "finite"
    """finite, to, bare, gerund, adverbial (the -ing form of an adverbial clause), participle or imperative."""


@dataclass(frozen=True)
class Time:
    """A time adverbial; kind tells its shape (see `adverbials.py`), words fill it."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Adjunct:
    """An adverbial clause with its marker (`because`, `when`, `to`), first or last in the sentence."""

    marker: str
    clause: Clause
    first: bool = False


@dataclass(frozen=True)
class Clause:
    """A verb with its arguments and adjuncts."""

    verb: str
    subject: Np | None = None
    object: Np | None = None
    recipient: Np | None = None
    double_object: bool = False
    predicate: Np | Adjp | Pp | None = None
    clausal_subject: Clause | None = None
    existential: bool = False
    expletive: bool = False
    particle: str = ""
    particle_last: bool = False
    obliques: tuple[Pp, ...] = ()
    agent: Np | None = None
    manner: str = ""
    manner_than: Np | None = None
    """What the manner is compared to (`faster than Tom`)."""
    adverb_first: str = ""
    place: Pp | None = None
    time: Time | None = None
    time_first: bool = False
    wh_adverb: str = ""
    wh_relative: bool = False
    """The adverb refers to the noun that the clause describes (`the house where ...`)."""
    complement: Complement | None = None
    adjuncts: tuple[Adjunct, ...] = ()
    coordinated: tuple[Clause, ...] = ()
    """Further verb phrases that share the subject."""
    conjunction: str = "and"
    inflection: Inflection = Inflection()
