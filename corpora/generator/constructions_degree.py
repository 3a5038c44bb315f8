"""More, most, as much and enough: comparison of adjectives and adverbs, superlatives, quantities, results."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator import adjectives as adjective_tables
from corpora.generator.clauses import clause_phrase
from corpora.generator.constructions_basic import human_event, subject_predicate
from corpora.generator.events import CONTRACTED_RATE, distinct, setting, taking
from corpora.generator.lexicon import adjectives
from corpora.generator.meaning import Adjective, Adjp, Clause, Complement, Inflection, Np, Pp
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import Draft


def comparison(sampler: Sampler) -> Draft:
    """`The horse is faster than the cow.`, `Anna is as clever as Tom.`"""
    kind = sampler.pick(("person", "animal", "vehicle", "building", "garment", "fruit"))
    one, two = sampler.noun(kind), sampler.noun(kind)
    while one.lemma == two.lemma:
        two = sampler.noun(kind)
    usable = [entry for entry in adjectives()[adjective_tables.MODIFIES[kind]] if sampler.gradable(entry.lemma)]
    adjective = Adjective(sampler.entry(usable).lemma)
    subject = sampler.person_name() if kind == "person" and sampler.chance(0.6) else Np(noun=one, determiner="the")
    other = Np(noun=two, determiner=sampler.pick(("the", "my", "her")) if kind != "person" else "the")
    if kind == "person" and sampler.chance(0.3):
        other = Np(pronoun=sampler.pick(("I", "he", "she", "they")))
    elif kind == "person" and sampler.chance(0.5):
        other = Np(name=(sampler.first_name(),))
    if other.name and other.name == subject.name:
        other = Np(noun=two, determiner="the")
    if sampler.chance(0.7):
        predicate = Adjp(replace(adjective, degree="er"), than=other)
        if sampler.chance(0.2):
            much = sampler.pick(("much", "even"))
            predicate = replace(predicate, adjective=replace(adjective, degree="er", intensifier=much))
    else:
        predicate = Adjp(adjective, equal=other)
    inflection = Inflection(sampler.pick(("past", "present")), negation="n't" if sampler.chance(0.15) else "")
    return Draft(clause_phrase(Clause("be", subject, predicate=predicate, inflection=inflection)))


def adverb_comparison(sampler: Sampler) -> Draft:
    """`Anna swims faster than Tom.`, `The guard spoke more quietly than she did.`"""
    verb = sampler.pick(("swim", "run", "dance", "sing", "work", "drive", "walk", "cook", "study", "sleep", "play"))
    rows = {
        "run": "fast",
        "drive": "fast quickly",
        "walk": "fast slowly quietly",
        "sleep": "well badly",
        "study": "hard",
    }
    words = rows.get(verb, "well badly hard" if verb == "work" else "well badly")
    manner = sampler.pick((*words.split(), sampler.pick(("quietly", "carefully", "happily"))))
    subject = sampler.person_name() if sampler.chance(0.5) else Np(noun=sampler.noun("person"), determiner="the")
    other = Np(pronoun=sampler.pick(("I", "he", "she", "they"))) if sampler.chance(0.4) else sampler.human("object")
    while other.name == subject.name and other.noun == subject.noun and not other.pronoun:
        other = sampler.human("object")
    inflection, _ = setting(sampler, state=True)
    inflection = replace(inflection, adverb="")
    return Draft(clause_phrase(Clause(verb, subject, manner=manner, manner_than=other, inflection=inflection)))


def superlative(sampler: Sampler) -> Draft:
    """`Oscar is the tallest student in the school.`, `This is the most expensive hotel in Rome.`"""
    noun = sampler.noun("person", "building", "vehicle", "animal", "event")
    usable = [entry for entry in adjectives()[adjective_tables.MODIFIES[noun.kind]] if sampler.gradable(entry.lemma)]
    best = Adjective(sampler.entry(usable).lemma, degree="est")
    where = sampler.city() if noun.kind != "person" or sampler.chance(0.5) else sampler.simple("building", "room")
    where = replace(where, determiner="the" if where.noun else "")
    predicate = Np(noun=noun, determiner="the", adjectives=(best,), pps=(Pp("in", where),))
    known = noun.pronoun if noun.pronoun != "it" else sampler.pick(("he", "she", "I"))
    person = Np(pronoun=known)
    if noun.pronoun == "it" and sampler.chance(0.6):
        person = sampler.person_name()
    subject = person if noun.kind == "person" else Np(pronoun=sampler.pick(("this", "that", "it")))
    inflection = Inflection(sampler.pick(("past", "present")), contracted=sampler.chance(CONTRACTED_RATE))
    return Draft(clause_phrase(Clause("be", subject, predicate=predicate, inflection=inflection)))


def quantity(sampler: Sampler) -> Draft:
    """`She needs more money.`, `Most students like music.`, `We bought fewer apples.`"""
    if sampler.chance(0.4):
        noun = sampler.noun("person")
        subject = Np(noun=noun, plural=True, determiner=sampler.pick(("most", "more", "few", "most")))
        clause = human_event(sampler, subject, modifiers=False)
        return Draft(clause_phrase(clause))
    noun = sampler.noun("fruit", "stuff", "food", "drink", "small", "text")
    word = sampler.pick(("more", "less", "much") if noun.mass else ("more", "fewer", "many"))
    verb = sampler.pick(("need", "want", "find", "have", "buy"))
    inflection, _ = setting(sampler, state=True)
    if word == "much":
        inflection = Inflection(inflection.tense, negation="n't")
    target = Np(noun=noun, plural=not noun.mass, determiner=word)
    subject = distinct(sampler, ("human",), "subject") if sampler.chance(0.5) else Np(pronoun=sampler.pick(("I", "we")))
    return Draft(clause_phrase(Clause(verb, subject, object=target, inflection=inflection)))


OUTCOMES = (
    *[Inflection("past", modal="could", negation="n't")] * 5,
    *[Inflection("present", modal="can", negation="n't")] * 2,
    *[Inflection("present", modal="can", negation="not")] * 3,
    *[Inflection("past")] * 10,
)
"""What follows from too much: half of the time, that something is not possible."""


def result(sampler: Sampler) -> Draft:
    """`The soup was so hot that nobody ate it.`, `The tea is so hot that she cannot drink it.`"""
    subject, adjective = subject_predicate(sampler)
    while not sampler.gradable(adjective.lemma):
        subject, adjective = subject_predicate(sampler)
    able = sampler.pick(OUTCOMES)
    if subject.noun is None or subject.noun.human:
        inner = human_event(sampler, sampler.pronoun_for(subject), modifiers=False)
    else:
        verb = taking(sampler, "transitive", subject.noun, "objects")
        if verb is None or "human" not in verb.subjects:
            return result(sampler)
        inner = Clause(verb.lemma, sampler.human("subject"), object=sampler.pronoun_for(subject))
    inner = replace(inner, inflection=able)
    adjp = Adjp(replace(adjective, intensifier="so"), complement=Complement("that", inner, "advcl"))
    return Draft(clause_phrase(Clause("be", subject, predicate=adjp, inflection=Inflection(able.tense))))
