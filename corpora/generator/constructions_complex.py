"""Sentences with more than one verb: coordination, complements, infinitives, adverbial clauses, direct speech."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator import adjectives as adjective_tables
from corpora.generator.clauses import clause_phrase
from corpora.generator.constructions_basic import any_event, command, human_event, passive_clause
from corpora.generator.constructions_questions import yes_no_question
from corpora.generator.events import CONTRACTED_RATE, clashes, distinct, event, setting
from corpora.generator.meaning import Adjective, Adjp, Adjunct, Clause, Complement, Inflection, Np
from corpora.generator.sampling import Sampler, is_person
from corpora.generator.sentences import (
    Draft,
    coordinated_clauses,
    speech_first,
    speech_last,
    with_interjection,
    with_vocative,
)


def clause_coordination(sampler: Sampler) -> Draft:
    """`The cat slept, but the dog barked.`"""
    first = any_event(sampler, modifiers=False)
    second = follow_up(sampler, first)
    if sampler.chance(0.85):
        kept = (
            second.inflection if second.inflection.progressive else replace(second.inflection, perfect=False, modal="")
        )
        tense = first.inflection.tense if not first.inflection.modal else "present"
        second = replace(second, inflection=replace(kept, tense=tense))
    if sampler.chance(0.2):
        second = replace(second, inflection=replace(second.inflection, negation="n't", adverb="", contracted=False))
    return Draft(coordinated_clauses(first, second, sampler.pick(("and", "and", "but", "but", "so", "or"))))


def follow_up(sampler: Sampler, first: Clause) -> Clause:
    """Return a second clause, in most cases about the same person as the first one."""
    subject = first.subject
    if subject is None or not is_person(subject) or sampler.chance(0.3):
        return any_event(sampler, modifiers=False)
    return human_event(sampler, sampler.pronoun_for(subject), modifiers=False)


def verb_coordination(sampler: Sampler) -> Draft:
    """`She opened the window and looked at the garden.`"""
    subject = sampler.human("subject")
    first = human_event(sampler, subject, modifiers=False)
    while first.inflection.progressive or first.inflection.modal or first.inflection.perfect:
        first = human_event(sampler, subject, modifiers=False)
    count = 1 if sampler.chance(0.85) else 2
    others = []
    for _ in range(count):
        other = human_event(sampler, subject, modifiers=False)
        others.append(replace(other, subject=None, inflection=Inflection(first.inflection.tense)))
    return Draft(clause_phrase(replace(first, coordinated=tuple(others))))


def noun_coordination(sampler: Sampler) -> Draft:
    """`Anna and Tom sold the apples and pears.`"""
    frames = ("transitive", "transitive", "intransitive", "prepositional", "motion")
    clause = event(sampler, sampler.pick(frames))
    while clause.subject is None or clause.subject.pronoun:
        clause = event(sampler, sampler.pick(frames))
    if clause.object is not None and clause.object.noun is not None and sampler.chance(0.6):
        return Draft(clause_phrase(replace(clause, object=coordinate(sampler, clause.object))))
    return Draft(clause_phrase(replace(clause, subject=coordinate(sampler, clause.subject))))


def coordinate(sampler: Sampler, np: Np) -> Np:
    """Return the noun phrase coordinated with one or two of its kind."""
    members: list[Np] = []
    wanted = 1 if sampler.chance(0.8) else 2
    if np.name:
        plain = Np(name=(sampler.first_name(),))
        while len(members) < wanted:
            other = Np(name=(sampler.first_name(),))
            if other != plain and other not in members:
                members.append(other)
        return replace(plain, others=tuple(members), both=wanted == 1 and sampler.chance(0.1))
    assert np.noun is not None
    bare = np.noun.kind != "kin" and sampler.chance(0.4)
    plain = replace(np, number="", number_modifier="", ordinal="", predeterminer="", possessor=None)
    if np.possessor is not None or (not plain.determiner and not plain.plural and not np.noun.mass):
        plain = replace(plain, determiner="the")
    seen = {np.noun.lemma}
    for _ in range(40):
        noun = sampler.noun(np.noun.kind)
        if noun.lemma not in seen and len(members) < wanted:
            seen.add(noun.lemma)
            determiner = "" if bare else plain.determiner
            members.append(Np(noun=noun, plural=np.plural, determiner=determiner))
    if not members:
        return np
    joining = "or" if sampler.chance(0.1) else "and"
    return replace(
        plain, others=tuple(members), conjunction=joining, both=not bare and sampler.chance(0.06) and len(members) == 1
    )


def that_clause(sampler: Sampler) -> Draft:
    """`Mary believes that the thief stole the ring.`; `that` may be left out."""
    verb = sampler.verb("that_clause")
    subject = sampler.human("subject") if "human" in verb.subjects else sampler.np(verb.subjects, "subject")
    inner = passive_clause(sampler) if sampler.chance(0.15) else any_event(sampler)
    kind = sampler.pick(("that", "that", "zero")) if verb.lemma in (
        "say", "think", "know", "believe", "hope", "hear", "notice", "promise", "see", "feel", "suspect", "claim",
    ) else "that"  # fmt: skip
    inflection, _ = setting(sampler, state=True)
    inner = replace(inner, time_first=False, inflection=under_report(inflection, inner.inflection))
    if inflection.tense == "past" and inner.time is not None and inner.time.kind in ("adverb", "noun"):
        inner = replace(inner, time=None)
    outer = Clause(verb.lemma, subject, complement=Complement(kind, inner, "ccomp"), inflection=inflection)
    return Draft(clause_phrase(outer))


def under_report(outer: Inflection, inner: Inflection) -> Inflection:
    """Return the inner inflection in the tense that goes with a report: past under past."""
    if outer.tense != "past" or outer.modal:
        return inner
    modal = {"will": "would", "can": "could", "may": "might", "must": "should"}.get(inner.modal, inner.modal)
    return replace(inner, tense="past", modal=modal, contracted=False)


def embedded_question(sampler: Sampler) -> Draft:
    """`He asked whether the train had left.`, `I know what she bought.`, `We forgot where he lives.`"""
    verb = sampler.verb("question_clause")
    inflection, _ = setting(sampler, state=True)
    inner = any_event(sampler, modifiers=False)
    kind = sampler.pick(("whether", "if", "wh", "wh"))
    if kind == "wh":
        if inner.object is not None and not inner.particle and inner.verb != "have":
            inner = replace(inner, object=Np(wh="who" if is_person(inner.object) else "what"))
        else:
            inner = replace(inner, wh_adverb=sampler.pick(("when", "why", "how")))
    inner = replace(inner, inflection=under_report(inflection, inner.inflection))
    clause = Clause(
        verb.lemma, sampler.human("subject"), complement=Complement(kind, inner, "ccomp"), inflection=inflection
    )
    return Draft(clause_phrase(clause))


def controlled(sampler: Sampler, subject: Np, form: str) -> Clause:
    """Return a subjectless clause for people, in the given form."""
    clause = human_event(sampler, subject, modifiers=False)
    while clause.verb in STATES or (form == "gerund" and clause.verb in MOMENTS):
        clause = human_event(sampler, subject, modifiers=False)
    return replace(clause, subject=None, inflection=Inflection(form=form))


STATES = frozenset(
    "know want need hate believe doubt belong live love fear own prefer trust forget depend rely blame lose".split()
)
"""Verbs that one does not decide to do."""
MOMENTS = frozenset("arrive leave disappear lose break fall stop start begin end spill get".split())
"""Verbs whose event is over at once."""


def infinitive(sampler: Sampler) -> Draft:
    """`The boy wants to feed the ducks.`, also `has to`, `used to` and `is going to`."""
    subject = sampler.human("subject")
    inner = controlled(sampler, subject, "to")
    draw = sampler.number(0, 9)
    if draw < 6:
        verb = sampler.verb("control")
        inflection, _ = setting(sampler, state=verb.state)
        lemma = verb.lemma
        if lemma in ("decide", "promise", "try", "agree") and sampler.chance(0.5):
            inner = replace(inner, inflection=replace(inner.inflection, negation="not"))
    else:
        lemma = ("have", "have", "use", "go")[draw - 6]
        inflection = {"have": setting(sampler, state=True)[0], "use": Inflection("past")}.get(
            lemma,
            Inflection(
                sampler.pick(("present", "present", "past")),
                progressive=True,
                contracted=sampler.chance(CONTRACTED_RATE),
            ),
        )
    inflection = replace(inflection, adverb="" if lemma in ("use", "go") else inflection.adverb)
    clause = Clause(lemma, subject, complement=Complement("to", inner, "xcomp"), inflection=inflection)
    return Draft(clause_phrase(clause))


def gerund_complement(sampler: Sampler) -> Draft:
    """`They enjoy swimming in the lake.`"""
    subject = sampler.human("subject")
    verb = sampler.verb("gerund")
    inflection, _ = setting(sampler, state=True)
    inner = controlled(sampler, subject, "gerund")
    clause = Clause(verb.lemma, subject, complement=Complement("gerund", inner, "xcomp"), inflection=inflection)
    return Draft(clause_phrase(clause))


def object_control(sampler: Sampler) -> Draft:
    """`The captain told her to wait.`, `We want the guests to stay.`, `She let him sleep.`, `I saw them leave.`"""
    frame = sampler.pick(("object_control", "object_control", "want_object", "bare", "perception"))
    subject = sampler.human("subject")
    target = distinct(sampler, ("human",))
    while clashes(subject, target):
        target = distinct(sampler, ("human",))
    if target.pronoun in ("someone", "nobody", "everybody"):
        target = Np(pronoun="they")
    verb = sampler.verb(frame)
    kind = "to" if frame in ("object_control", "want_object") else "bare"
    if frame == "perception" and sampler.chance(0.5):
        kind = "gerund"
    inner = controlled(sampler, target, kind)
    inflection, _ = setting(sampler, state=True)
    clause = Clause(
        verb.lemma, subject, object=target, complement=Complement(kind, inner, "xcomp"), inflection=inflection
    )
    return Draft(clause_phrase(clause))


def adverbial_clause(sampler: Sampler) -> Draft:
    """`When the bell rang, the children left.`, `He stayed because it was raining.`"""
    marker = sampler.pick(("because", "when", "if", "although", "while", "before", "after", "until", "unless", "since"))
    main = any_event(sampler, modifiers=False)
    other = follow_up(sampler, main)
    if marker in ("if", "unless"):
        main = replace(main, inflection=Inflection("present", modal=sampler.pick(("will", "can", "should", "may"))))
        other = replace(other, inflection=Inflection("present"))
    else:
        tense = "past" if marker in ("while", "until", "before", "after") else sampler.pick(("past", "past", "present"))
        main = replace(main, inflection=Inflection(tense))
        perfect = marker in ("after", "because") and tense == "past" and sampler.chance(0.4)
        other = replace(other, inflection=Inflection(tense, perfect=perfect))
    first = sampler.chance(0.45)
    same = main.subject is not None and other.subject == sampler.pronoun_for(main.subject)
    if first and same:  # the noun comes before the pronoun that refers to it
        main, other = replace(main, subject=other.subject), replace(other, subject=main.subject)
    adjunct = Adjunct(marker, other, first=first)
    return Draft(clause_phrase(replace(main, adjuncts=(adjunct,))))


def gerund_adjunct(sampler: Sampler) -> Draft:
    """`Before leaving the house, she locked the door.`, `He helped us by carrying the bags.`"""
    subject = sampler.human("subject")
    main = human_event(sampler, subject, modifiers=False)
    main = replace(main, inflection=Inflection("past"))
    marker = sampler.pick(("before", "after", "while", "by", "without", ""))
    adjunct = Adjunct(
        marker, controlled(sampler, subject, "gerund"), first=marker not in ("by",) and sampler.chance(0.5)
    )
    if marker == "":
        adjunct = replace(adjunct, first=True)
    return Draft(clause_phrase(replace(main, adjuncts=(adjunct,))))


def purpose(sampler: Sampler) -> Draft:
    """`She went to the market to buy some bread.`"""
    subject = sampler.human("subject")
    main = event(sampler, "motion", subject=subject, modifiers=False)
    while main.verb not in ("walk", "run", "drive", "hurry", "return", "travel", "go", "fly"):
        main = event(sampler, "motion", subject=subject, modifiers=False)
    aim = controlled(sampler, subject, "to")
    while aim.verb not in (
        "buy",
        "visit",
        "meet",
        "see",
        "help",
        "find",
        "sell",
        "work",
        "study",
        "rest",
        "watch",
        "feed",
    ):
        aim = controlled(sampler, subject, "to")
    main = replace(main, inflection=Inflection(sampler.pick(("past", "past", "present"))))
    return Draft(clause_phrase(replace(main, adjuncts=(Adjunct("to", aim),))))


def adjective_clause(sampler: Sampler) -> Draft:
    """`She was glad that he came.`, `He is ready to leave.`, `It is easy to break a cup.`, `too tired to walk`."""
    draw = sampler.number(0, 9)
    tense = Inflection(sampler.pick(("past", "present")))
    subject = sampler.human("subject")
    if draw < 3:
        adjective = Adjective(sampler.word(adjective_tables.EMOTIONS))
        inner = any_event(sampler, modifiers=False)
        inner = replace(inner, inflection=under_report(tense, inner.inflection))
        complement = Complement("that", inner, "ccomp")
        return Draft(
            clause_phrase(Clause("be", subject, predicate=Adjp(adjective, complement=complement), inflection=tense))
        )
    inner = controlled(sampler, subject, "to")
    if draw < 6:
        adjective = Adjective(sampler.word(adjective_tables.ABLE))
        adjp = Adjp(adjective, complement=Complement("to", inner, "xcomp"))
        return Draft(clause_phrase(Clause("be", subject, predicate=adjp, inflection=tense)))
    if draw < 8:
        adjective = Adjective(sampler.word(adjective_tables.EASE))
        adjp = Adjp(adjective, complement=Complement("to", inner, "csubj"))
        return Draft(clause_phrase(Clause("be", expletive=True, predicate=adjp, inflection=tense)))
    too = draw == 8
    lemma = sampler.pick(
        ("tired", "proud", "lazy", "young", "old", "weak") if too else ("strong", "old", "brave", "clever")
    )
    adjective = Adjective(lemma, intensifier="too" if too else "")
    adjp = Adjp(adjective, enough=not too, complement=Complement("to", inner, "advcl"))
    return Draft(clause_phrase(Clause("be", subject, predicate=adjp, inflection=tense)))


def direct_speech(sampler: Sampler) -> Draft:
    """`"The soup is cold," said Anna.`, `He asked, "Where is the station?"`"""
    speaker = sampler.person_name() if sampler.chance(0.6) else Np(noun=sampler.noun("person"), determiner="the")
    asked = sampler.chance(0.3)
    if asked:
        inner = yes_no_question(sampler)
    elif sampler.chance(0.2):
        inner = command(sampler)
    else:
        inner = Draft(clause_phrase(any_event(sampler, modifiers=False)))
    lemma = "ask" if asked else sampler.pick(("say", "say", "reply", "answer", "shout"))
    reporting = Clause(lemma, speaker, inflection=Inflection("past"))
    if sampler.chance(0.55):
        spoken = clause_phrase(reporting)
        if sampler.chance(0.5):  # `said Anna`
            spoken.words = [spoken.head, *(word for word in spoken.words if word is not spoken.head)]
        mark = "," if inner.end == "." else inner.end
        return Draft(speech_first(inner.phrase, spoken, mark))
    return Draft(speech_last(clause_phrase(reporting), inner.phrase), inner.end, quoted_end=True)


def conversational(sampler: Sampler) -> Draft:
    """`Yes, she has read it.`, `Oh, the milk is sour!`, `Please open the door, Anna.`, `Let's visit the museum.`"""
    draw = sampler.number(0, 3)
    if draw == 0:
        word = sampler.pick(("yes", "no", "oh", "well"))
        clause = any_event(sampler, modifiers=False)
        if word == "no":
            clause = replace(clause, inflection=replace(clause.inflection, negation="n't", adverb="", contracted=False))
        return Draft(with_interjection(word, clause_phrase(clause)), sampler.pick((".", ".", "!")))
    if draw == 1:
        return Draft(with_vocative(command(sampler).phrase, sampler.first_name()), sampler.pick((".", "!")))
    if draw == 2:
        inner = controlled(sampler, Np(pronoun="we"), "bare")
        clause = Clause("let", object=Np(pronoun="'s"), complement=Complement("bare", inner, "xcomp"))
        return Draft(clause_phrase(replace(clause, inflection=Inflection(form="imperative"))), sampler.pick((".", "!")))
    asked = yes_no_question(sampler)
    return Draft(with_vocative(asked.phrase, sampler.first_name()), "?")


def gerund_subject(sampler: Sampler) -> Draft:
    """`Cooking the soup was easy.`"""
    inner = controlled(sampler, Np(pronoun="you"), "gerund")
    adjective = Adjective(sampler.word(adjective_tables.EASE), intensifier="very" if sampler.chance(0.2) else "")
    clause = Clause(
        "be", predicate=Adjp(adjective), clausal_subject=inner, inflection=Inflection(sampler.pick(("past", "present")))
    )
    return Draft(clause_phrase(clause))
