"""Pronouns in all their uses: reflexive, reciprocal, demonstrative, `one`, and the adverbs `here` and `there`."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator.clauses import clause_phrase
from corpora.generator.constructions_basic import human_event
from corpora.generator.events import event, setting
from corpora.generator.lexicon import Noun
from corpora.generator.meaning import Adjective, Clause, Inflection, Np, Time
from corpora.generator.noun_phrases import PRONOUNS
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import Draft


def reflexive(sampler: Sampler) -> Draft:
    """`She blamed herself.`, `They know each other.`"""
    inflection, time = setting(sampler, state=True)
    if sampler.chance(0.4):
        plural = Np(noun=sampler.noun("person"), plural=True, determiner=sampler.pick(("the", "these", "my", "two")))
        subject = Np(pronoun=sampler.pick(("they", "we", "you"))) if sampler.chance(0.5) else plural
        if subject.determiner == "two":
            subject = replace(subject, determiner="the", number="two")
        verb = sampler.pick(("help", "know", "follow", "trust", "like", "blame", "visit", "thank", "understand"))
        target = Np(pronoun="each other")
    else:
        subject = sampler.human("subject")
        while subject.noun is not None and subject.noun.pronoun == "it":
            subject = sampler.human("subject")
        target = Np(pronoun=PRONOUNS[sampler.pronoun_for(subject).pronoun][2])
        verb = sampler.pick(("blame", "wash", "trust", "see", "dress", "hate", "help", "teach", "admire"))
    return Draft(clause_phrase(Clause(verb, subject, object=target, inflection=inflection, time=time)))


def demonstrative(sampler: Sampler) -> Draft:
    """`This is my brother.`, `Those were the broken cups.`, `She knew that.`"""
    if sampler.chance(0.3):
        verb = sampler.pick(("know", "say", "like", "hear", "remember", "want", "do", "understand", "see"))
        target = Np(pronoun=sampler.pick(("that", "this", "that")))
        inflection, _ = setting(sampler, state=True)
        return Draft(clause_phrase(Clause(verb, sampler.human("subject"), object=target, inflection=inflection)))
    predicate = sampler.common(sampler.noun("kin", "small", "text", "person", "dish", "garment", "animal"))
    if predicate.determiner in ("this", "that", "these", "those", "another", "many", "several"):
        predicate = replace(predicate, determiner="the")
    words = ("these", "those") if predicate.plural else ("this", "that")
    subject = Np(pronoun=sampler.pick(words), plural=predicate.plural)
    negation = sampler.pick(("n't", "not")) if sampler.chance(0.15) else ""
    inflection = Inflection(sampler.pick(("past", "present", "present")), negation=negation)
    asked = sampler.chance(0.2)
    built = clause_phrase(Clause("be", subject, predicate=predicate, inflection=inflection), inverted=asked)
    return Draft(built, "?" if asked else ".")


def pronominal_one(sampler: Sampler) -> Draft:
    """`He bought the red one.`, `She prefers the old ones.`"""
    plural = sampler.chance(0.4)
    adjective = Adjective(sampler.pick("red blue green old new big small cheap long short heavy".split()))
    noun = Noun("one", "all", "small", False)
    determiner = sampler.pick(("the", "these", "those") if plural else ("the", "a", "this", "another"))
    target = Np(noun=noun, plural=plural, determiner=determiner, adjectives=(adjective,))
    verb = sampler.pick(("buy", "want", "prefer", "find", "take", "choose", "like", "break", "lose"))
    inflection, time = setting(sampler, state=True)
    clause = Clause(verb, sampler.human("subject"), object=target, inflection=inflection, time=time)
    return Draft(clause_phrase(clause))


def here_and_there(sampler: Sampler) -> Draft:
    """`He has worked here.`, `We met them there.`"""
    where = Time("adverb", (sampler.pick(("here", "there", "there", "outside", "upstairs")),))
    if sampler.chance(0.5):
        clause = event(sampler, "intransitive", subject=sampler.human("subject"), modifiers=False)
        verb = sampler.pick(("sleep", "work", "wait", "rest", "dance", "swim", "live", "play", "stand", "sit"))
        clause = replace(clause, verb=verb, particle="", object=None)
        return Draft(clause_phrase(replace(clause, time=where)))
    clause = human_event(sampler, sampler.human("subject"), modifiers=False)
    while clause.object is None or clause.obliques or clause.recipient:
        clause = human_event(sampler, sampler.human("subject"), modifiers=False)
    return Draft(clause_phrase(replace(clause, time=where)))
