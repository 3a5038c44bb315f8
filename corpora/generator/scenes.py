"""First sentences of pairs: short scenes whose parts can be replaced, dropped or turned round."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator.adjectives import MODIFIES
from corpora.generator.clauses import clause_phrase
from corpora.generator.events import PLACES, manner
from corpora.generator.lexicon import Noun, Verb, adjectives, verbs_of
from corpora.generator.meaning import Adjective, Adjp, Clause, Inflection, Np, Pp, Time
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import Draft, finish

SCENE_FRAMES = (
    ("transitive", 6.0), ("particle", 1.2), ("intransitive", 1.0), ("prepositional", 1.5), ("motion", 1.0),
    ("ditransitive", 1.2), ("copula", 1.3),
)  # fmt: skip
TIMES = (
    Time("noun", ("yesterday",)), Time("noun", ("last", "week")), Time("day", ("on", "Sunday")),
    Time("part", ("in", "the", "morning")), Time("part", ("at", "night")),
)  # fmt: skip
NUMBERS = ("two", "three", "four", "five", "six", "ten")
PLAIN = frozenset(
    "kin topic stuff snow food drink speech plan issue event outing gesture organization building outdoor path site"
    " room".split()
)
"""Classes that stay in the singular in scenes."""


def text_of(clause: Clause) -> str:
    """Return the raw text of the clause as a sentence."""
    return finish(Draft(clause_phrase(clause)), "pair").text


def participant(sampler: Sampler, classes: tuple[str, ...], *, adjective_rate: float = 0.4) -> Np:
    """Return a noun phrase for a scene: a name now and then, else a noun with at most one adjective."""
    noun = sampler.noun(*classes)
    if noun.human and sampler.chance(0.12):
        return Np(name=(sampler.first_name(),))
    if noun.kind == "kin":
        return Np(noun=noun, determiner=sampler.pick(("my", "her", "his")))
    if noun.kind == "topic":
        return Np(noun=noun)
    plural = not noun.mass and noun.kind not in PLAIN and sampler.chance(0.2)
    determiner = "the" if noun.mass or sampler.chance(0.45) else "" if plural else "a"
    np = Np(noun=noun, plural=plural, determiner=determiner)
    if plural and sampler.chance(0.7):
        np = replace(np, number=sampler.pick(NUMBERS))
    if noun.kind in MODIFIES and sampler.chance(adjective_rate):
        np = replace(np, adjectives=(adjective_for(sampler, noun),))
    return np


def adjective_for(sampler: Sampler, noun: Noun) -> Adjective:
    """Return a shared adjective that can describe the noun."""
    row = [entry for entry in adjectives()[MODIFIES[noun.kind]] if entry.split == "all"]
    return Adjective(sampler.pick(row).lemma)


def scene(sampler: Sampler) -> Clause:
    """Return a random scene."""
    frame = sampler.weighted(SCENE_FRAMES)
    if frame == "copula":
        return quality_scene(sampler)
    usable = [verb for verb in verbs_of(frame) if not verb.state and verb.split == "all"]
    return acted(sampler, frame, sampler.pick(usable)) or scene(sampler)


def acted(sampler: Sampler, frame: str, verb: Verb) -> Clause | None:
    """Return a scene of the verb, in the progressive or the past, perhaps with a place, a manner or a time.

    None where nobody but the subject itself could be the object.
    """
    subject = participant(sampler, verb.subjects)
    progressive = sampler.chance(0.4)
    inflection = Inflection("present" if progressive else "past", progressive=progressive)
    clause = Clause(verb.lemma, subject, particle=verb.particle, inflection=inflection)
    taken = {subject.noun.lemma} if subject.noun else set()
    if verb.objects:
        target = _other(sampler, verb.objects, taken)
        if target is None:
            return None
        clause = replace(clause, object=target, particle_last=bool(verb.particle) and sampler.chance(0.5))
    if verb.obliques:
        preposition, classes = sampler.pick(verb.obliques)
        other = _other(sampler, classes, taken)
        if other is None:
            return None
        clause = replace(clause, obliques=(Pp(preposition, other),))
    if frame == "ditransitive" and clause.obliques[0].preposition == "to":
        human = clause.obliques[0].object.noun is None or clause.obliques[0].object.noun.human
        if human and sampler.chance(0.5):
            clause = replace(clause, recipient=clause.obliques[0].object, double_object=True, obliques=())
    if frame in ("transitive", "intransitive") and sampler.chance(0.3):
        preposition, classes = sampler.pick(PLACES[1:3] + PLACES[4:5])
        clause = replace(clause, place=Pp(preposition, Np(noun=sampler.noun(*classes), determiner="the")))
    elif sampler.chance(0.2):
        word = manner(sampler, frame, verb.lemma)
        clause = replace(clause, manner="" if word == "together" else word)
    if not progressive and sampler.chance(0.2):
        clause = replace(clause, time=sampler.pick(TIMES))
    return clause


def _other(sampler: Sampler, classes: tuple[str, ...], taken: set[str]) -> Np | None:
    for _ in range(20):
        np = participant(sampler, classes)
        if np.noun is None or np.noun.lemma not in taken:
            taken.add(np.noun.lemma if np.noun else "")
            return np
    return None


def quality_scene(sampler: Sampler) -> Clause:
    """Return `The old house is big.`"""
    noun = sampler.noun("person", "animal", "place", "small", "vehicle", "garment", "fruit", "event", "waters")
    subject = Np(noun=noun, determiner=sampler.pick(("the", "the", "this", "that")))
    predicate = adjective_for(sampler, noun)
    if sampler.chance(0.3) and (first := adjective_for(sampler, noun)).lemma != predicate.lemma:
        subject = replace(subject, adjectives=(first,))
    intensity = "very" if sampler.chance(0.25) else ""
    inflection = Inflection(sampler.pick(("past", "present")))
    return Clause("be", subject, predicate=Adjp(replace(predicate, intensifier=intensity)), inflection=inflection)
