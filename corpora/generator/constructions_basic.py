"""Sentences with one verb: frames, passives, copulas, comparison, existence, negation, questions, commands."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator import adjectives as adjective_tables
from corpora.generator import nouns as noun_tables
from corpora.generator.clauses import clause_phrase, passive
from corpora.generator.events import CONTRACTED_RATE, distinct, event, framed, past_time, place, setting
from corpora.generator.lexicon import Noun, adjectives
from corpora.generator.meaning import Adjective, Adjp, Clause, Inflection, Np, Pp
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import Draft

FRAMES = (
    ("intransitive", 2.0), ("motion", 1.5), ("transitive", 5.0), ("ditransitive", 1.5), ("prepositional", 2.0),
    ("particle", 1.5), ("particle_intransitive", 0.7),
)  # fmt: skip


def any_event(sampler: Sampler, *, subject: Np | None = None, modifiers: bool = True) -> Clause:
    """Return a clause of any simple frame."""
    return event(sampler, sampler.weighted(FRAMES), subject=subject, modifiers=modifiers)


def human_event(sampler: Sampler, subject: Np, *, modifiers: bool = True) -> Clause:
    """Return a clause of a simple frame that people can be the subject of."""
    while True:
        frame = sampler.weighted(FRAMES)
        clause, verb = framed(sampler, frame, subject=subject)
        if any(name in ("human", "person", "agent", "animate") for name in verb.subjects):
            inflection, time = setting(sampler, state=verb.state)
            return replace(clause, inflection=inflection, time=time if modifiers else None)


def statement(sampler: Sampler) -> Draft:
    """`The farmer often feeds the goats.`"""
    clause = any_event(sampler)
    if sampler.chance(0.04):
        clause = replace(clause, adverb_first=sampler.word(adjective_tables.SENTENCE_ADVERBS), time_first=False)
    return Draft(clause_phrase(clause))


def negative(sampler: Sampler) -> Draft:
    """`She didn't see the wolf.`, `He can't swim.`, `Nobody sleeps here.`, `He has no money.`"""
    clause = any_event(sampler)
    kind = sampler.number(0, 9)
    target = clause.object
    if kind < 7 or target is None or target.noun is None:
        form = sampler.pick(("n't", "n't", "not"))
        if clause.subject is not None and clause.subject.pronoun in ("nobody", "no one"):
            clause = replace(clause, subject=sampler.person_name())
        inflection = replace(clause.inflection, negation=form, adverb="", contracted=False)
        if kind < 2 and clause.time is None and inflection == Inflection(inflection.tense, negation=form):
            inflection = replace(inflection, tense="present", modal="can")
        return Draft(clause_phrase(replace(clause, inflection=inflection)))
    if kind == 7:
        subject = Np(pronoun=sampler.pick(("nobody", "no one")))
        if clause.subject is not None and (clause.subject.noun is None or clause.subject.noun.human):
            clause = replace(clause, subject=subject)
        return Draft(clause_phrase(clause))
    plain = tuple(adjective for adjective in target.adjectives if not adjective.degree)
    nothing = Np(noun=target.noun, plural=target.plural, determiner="no", adjectives=plain)
    return Draft(clause_phrase(replace(clause, object=nothing)))


def passive_statement(sampler: Sampler) -> Draft:
    """`The letter was written by Anna.`, `The cake has been eaten.`"""
    return Draft(clause_phrase(passive_clause(sampler)))


def passive_clause(sampler: Sampler) -> Clause:
    """Return a transitive clause in the passive."""
    while True:
        clause = event(sampler, "transitive")
        wanted = clause.object is not None and clause.verb not in ("like", "want", "need", "leave", "join", "enjoy")
        if wanted and clause.object and clause.object.pronoun not in ("I", "we", "you"):
            break
    agent = clause.subject is not None and clause.subject.pronoun == ""
    turned = passive(clause, by_phrase=agent and sampler.chance(0.55))
    return replace(turned, place=clause.place if turned.agent is None else None)


def subject_predicate(sampler: Sampler) -> tuple[Np, Adjective]:
    """Return a subject and an adjective that can be said of it."""
    while True:
        noun = sampler.noun("person", "animal", "place", "thing", "edible", "event", "thought", "plant", "organization")
        chosen = sampler.adjective(noun)
        if chosen is None:
            continue
        subject = sampler.human("subject") if noun.human else sampler.common(noun, adjective_rate=0.08)
        if subject.determiner in ("a", "another"):
            subject = replace(subject, determiner="the")
        if noun.human and subject.noun is None:
            chosen = Adjective(sampler.entry(adjectives()["human"]).lemma)
        return subject, chosen


def copula_inflection(sampler: Sampler) -> Inflection:
    """Return a simple, modal or perfect inflection of the copula."""
    draw = sampler.number(0, 9)
    if draw < 7:
        negation = sampler.pick(("n't", "not")) if sampler.chance(0.12) else ""
        return Inflection(
            sampler.pick(("past", "present")), negation=negation, contracted=sampler.chance(CONTRACTED_RATE)
        )
    if draw < 9:
        return Inflection("present", modal=sampler.pick(("will", "may", "must", "could", "should")))
    return Inflection(sampler.pick(("past", "present")), perfect=True, adverb=sampler.pick(("", "always", "never")))


def copula_adjective(sampler: Sampler) -> Draft:
    """`The soup is too hot.`"""
    subject, chosen = subject_predicate(sampler)
    if sampler.chance(0.3) and sampler.gradable(chosen.lemma):
        chosen = replace(chosen, intensifier=sampler.word(adjective_tables.DEGREE))
    adjp = Adjp(chosen)
    other = None if subject.noun is None else sampler.adjective(subject.noun)
    if other is not None and other.lemma != chosen.lemma and not chosen.intensifier and sampler.chance(0.15):
        adjp = replace(adjp, others=(other,), conjunction=sampler.pick(("and", "but")))
    return Draft(clause_phrase(Clause("be", subject, predicate=adjp, inflection=copula_inflection(sampler))))


def copula_noun(sampler: Sampler) -> Draft:
    """`Her brother is a good doctor.`"""
    plural = sampler.chance(0.2)
    subject = sampler.person_name() if sampler.chance(0.4) else sampler.common(sampler.noun("kin"))
    subject = Np(pronoun="they") if plural else replace(subject, plural=False, predeterminer="")
    noun = sampler.noun("person")
    chosen = (sampler.adjective(noun),) if sampler.chance(0.4) else ()
    predicate = Np(noun=noun, plural=plural, determiner="" if plural else "a", adjectives=tuple(a for a in chosen if a))
    if sampler.chance(0.15) and not plural:
        predicate = sampler.with_of(sampler.pick(("owner", "member", "head", "captain", "author")))
    verb = "be" if sampler.chance(0.8) else "become"
    inflection = copula_inflection(sampler) if verb == "be" else Inflection("past")
    return Draft(clause_phrase(Clause(verb, subject, predicate=predicate, inflection=inflection)))


def copula_place(sampler: Sampler) -> Draft:
    """`The keys are on the table.`"""
    subject = sampler.np(("small", "text", "tool", "animal", "person"), "subject")
    subject = replace(subject, determiner="the") if subject.determiner == "a" else subject
    preposition, classes = sampler.pick(
        (("on", ("furniture",)), ("under", ("furniture",)), ("in", ("room", "outdoor")))
    )
    where = Pp(preposition, Np(noun=sampler.noun(*classes), determiner=sampler.pick(("the", "the", "a", "my"))))
    return Draft(clause_phrase(Clause("be", subject, predicate=where, inflection=copula_inflection(sampler))))


def linking(sampler: Sampler) -> Draft:
    """`The children seemed tired.`"""
    verb = sampler.verb("copular")
    subject = sampler.human("subject")
    adjective = Adjective(sampler.entry(adjectives()["human"]).lemma, intensifier="very" if sampler.chance(0.2) else "")
    inflection, time = setting(sampler, state=verb.state, habitual=False)
    clause = Clause(verb.lemma, subject, predicate=Adjp(adjective), inflection=inflection, time=time)
    return Draft(clause_phrase(clause))


def existential(sampler: Sampler) -> Draft:
    """`There are three lamps on the shelf.`"""
    outdoors = sampler.chance(0.5)
    noun = sampler.noun("animal", "person", "plant") if outdoors else sampler.noun("small", "text", "tool", "dish")
    plural = sampler.chance(0.45)
    determiner = (
        sampler.pick(("", "some", "many", "no", "several")) if plural else sampler.pick(("a", "a", "no", "another"))
    )
    pivot = Np(noun=noun, plural=plural, determiner=determiner)
    if plural and determiner == "":
        pivot = sampler.numbered(pivot)
    elif determiner != "no" and sampler.chance(0.3):
        pivot = replace(pivot, adjectives=tuple(a for a in (sampler.adjective(noun),) if a))
    furniture = Pp(sampler.pick(("on", "under")), sampler.simple("furniture"))
    where = place(sampler) if outdoors else furniture
    inflection = Inflection(sampler.pick(("past", "present", "present")), contracted=False)
    if sampler.chance(0.15):
        inflection = Inflection("present", modal=sampler.pick(("must", "may", "could", "might")))
    clause = Clause("be", object=pivot, existential=True, place=where, inflection=inflection)
    if sampler.chance(0.12):
        clause = replace(clause, inflection=replace(inflection, negation="n't" if not inflection.modal else "not"))
        negatable = pivot.determiner in ("no", "some")
        clause = replace(clause, object=replace(pivot, determiner="any" if plural else "a")) if negatable else clause
    if sampler.chance(0.15):
        return Draft(clause_phrase(clause, inverted=True), "?")
    return Draft(clause_phrase(clause))


def command(sampler: Sampler) -> Draft:
    """`Open the window.`, `Don't wake the baby.`, `Please read the letter.`, `Let's go home.`"""
    frame = sampler.pick(("transitive", "transitive", "particle", "ditransitive", "prepositional"))
    while True:
        clause, verb = framed(sampler, frame)
        if "human" in verb.subjects and not verb.state and not (clause.object and clause.object.pronoun == "you"):
            break
    clause = replace(clause, subject=None, inflection=Inflection("present", form="imperative"))
    if sampler.chance(0.25):
        clause = replace(clause, inflection=replace(clause.inflection, negation="n't"))
    return Draft(clause_phrase(clause), sampler.pick((".", ".", "!")))


def price(sampler: Sampler) -> Draft:
    """`The tickets cost $45.`"""
    noun = sampler.noun("small", "garment", "vehicle", "musical", "furniture")
    subject = sampler.common(noun)
    subject = replace(subject, determiner="the" if subject.determiner == "another" else subject.determiner)
    amount = Noun("$", "all", "money", False)
    number = str(sampler.number(2, 60)) if sampler.chance(0.7) else f"{sampler.number(1, 20)},{sampler.number(1, 9)}00"
    sum_of_money = Np(noun=amount, number=number)
    inflection = sampler.pick((Inflection("past"), Inflection("present"), Inflection("present", modal="will")))
    return Draft(clause_phrase(Clause("cost", subject, object=sum_of_money, inflection=inflection)))


def containers(sampler: Sampler) -> Draft:
    """`She drank a cup of tea.`"""
    container = sampler.pick(tuple(noun_tables.CONTAINERS))
    content = sampler.pick(noun_tables.CONTAINERS[container])
    plural = content.endswith("+")
    inner = Np(noun=Noun(content.removesuffix("+"), "all", "stuff", not plural), plural=plural)
    many = sampler.chance(0.3)
    outer = Np(noun=Noun(container, "all", "small", False), plural=many, determiner="" if many else "a")
    outer = replace(outer, pps=(Pp("of", inner),))
    outer = replace(outer, number=sampler.pick(("two", "three", "four", "five"))) if many else outer
    verb = sampler.pick(("buy", "bring", "want", "order", "find", "need"))
    clause = Clause(verb, sampler.human("subject"), object=outer, inflection=setting(sampler, state=True)[0])
    return Draft(clause_phrase(clause))


def dated_event(sampler: Sampler) -> Draft:
    """`The museum was built in 1987.`"""
    noun = sampler.noun("building")
    verb = sampler.pick(("build", "open", "close", "paint", "repair", "sell", "destroy"))
    subject = Np(noun=noun, determiner="the")
    time = past_time(sampler)
    while verb in ("build", "destroy") and time.kind not in ("year", "month", "date", "ago"):
        time = past_time(sampler)
    clause = Clause(verb, subject, time=time, inflection=Inflection("past", passive=True))
    if clause.time and clause.time.kind == "year" and sampler.chance(0.4):
        clause = replace(clause, time_first=True)
    return Draft(clause_phrase(clause))


def of_phrase(sampler: Sampler) -> Draft:
    """`The roof of the house fell down.`: a noun that needs its `of`."""
    lemma = sampler.pick(tuple(noun_tables.OF_RELATIONS))
    np = sampler.with_of(lemma)
    verb = sampler.pick(("see", "notice", "remember", "know", "like", "forget", "describe", "discuss"))
    clause = Clause(
        verb, distinct(sampler, ("human",), "subject"), object=np, inflection=setting(sampler, state=True)[0]
    )
    return Draft(clause_phrase(clause))
