"""Questions: yes or no, who and what, which and how many, where and why, stranded prepositions, long distance."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator.clauses import clause_phrase
from corpora.generator.constructions_basic import FRAMES, any_event, subject_predicate
from corpora.generator.events import event, framed
from corpora.generator.lexicon import verbs_of
from corpora.generator.meaning import Adjective, Adjp, Clause, Complement, Inflection, Np, Pp
from corpora.generator.sampling import Sampler, is_person
from corpora.generator.sentences import Draft


def question_inflection(sampler: Sampler, state: bool) -> Inflection:
    """Return an inflection that questions use."""
    choices = [(Inflection("past"), 5.0), (Inflection("present"), 4.0), (Inflection("present", perfect=True), 1.0)]
    choices += [(Inflection("present", modal=modal), 0.8) for modal in ("will", "can", "should", "would")]
    if not state:
        choices += [(Inflection("present", progressive=True), 1.5), (Inflection("past", progressive=True), 0.7)]
    return sampler.weighted(choices)


def yes_no_question(sampler: Sampler) -> Draft:
    """`Does she like the soup?`, `Aren't the children tired?`"""
    if sampler.chance(0.3):
        subject, adjective = subject_predicate(sampler)
        inflection = Inflection(sampler.pick(("past", "present")), negation="n't" if sampler.chance(0.1) else "")
        clause = Clause("be", subject, predicate=Adjp(adjective), inflection=inflection)
        return Draft(clause_phrase(clause, inverted=True), "?")
    clause = any_event(sampler, modifiers=False)
    inflection = question_inflection(sampler, state=True)
    if sampler.chance(0.12):
        inflection = replace(inflection, negation="n't")
    return Draft(clause_phrase(replace(clause, inflection=inflection), inverted=True), "?")


def subject_question(sampler: Sampler) -> Draft:
    """`Who broke the window?`, `Which student has read the book?`"""
    frame = sampler.pick(("transitive", "particle", "ditransitive", "prepositional"))
    while True:
        clause = event(sampler, frame, subject=Np(wh="who"), modifiers=False)
        if clause.object is None or clause.object.pronoun not in ("she", "he"):
            break
    if not _human_subject(clause, frame):
        return subject_question(sampler)
    subject = Np(wh="who")
    if sampler.chance(0.35):
        noun = sampler.noun("person")
        many = sampler.chance(0.3)
        subject = Np(noun=noun, plural=many, wh="how many" if many else "which")
    if clause.object is not None and clause.object.noun is not None and clause.object.noun == subject.noun:
        return subject_question(sampler)
    return Draft(clause_phrase(replace(clause, subject=subject)), "?")


def _human_subject(clause: Clause, frame: str) -> bool:
    """Tell whether some verb of this form and frame has a human subject."""
    return any(verb.lemma == clause.verb and "human" in verb.subjects for verb in verbs_of(frame))


def object_question(sampler: Sampler) -> Draft:
    """`What did Anna buy?`, `Which book have you read?`, `How many eggs does he need?`"""
    clause, verb = framed(sampler, "transitive")
    target = clause.object
    assert target is not None
    clause = replace(clause, inflection=question_inflection(sampler, verb.state))
    noun = target.noun
    human = is_person(target)
    draw = sampler.number(0, 9)
    asked = Np(wh="who" if human else "what")
    if noun is not None and noun.kind != "kin" and draw > 5:
        counted = draw > 7 and not noun.mass
        asked = Np(noun=noun, plural=counted, wh="how many" if counted else sampler.pick(("which", "what", "whose")))
        if noun.mass or noun.kind == "topic":
            asked = Np(noun=noun, wh=sampler.pick(("which", "what")))
    return Draft(clause_phrase(replace(clause, object=asked), inverted=True), "?")


def adverb_question(sampler: Sampler) -> Draft:
    """`Where did the cat sleep?`, `Why has she left?`"""
    clause = event(sampler, sampler.weighted(FRAMES[:6]), modifiers=False)
    word = sampler.pick(("where", "when", "why", "how"))
    inflection = question_inflection(sampler, state=True)
    clause = replace(clause, wh_adverb=word, inflection=inflection)
    return Draft(clause_phrase(clause, inverted=True), "?")


def copula_question(sampler: Sampler) -> Draft:
    """`Who is the owner of the dog?`, `Where are my keys?`, `How old is the house?`"""
    if sampler.chance(0.5):
        of_noun = sampler.pick(("owner", "author", "captain", "head", "leader", "price", "color", "title"))
        asked = Np(wh="what" if of_noun in ("price", "color", "title") else "who")
        clause = Clause("be", sampler.with_of(of_noun), predicate=asked, inflection=Inflection("present"))
        return Draft(clause_phrase(clause, inverted=True), "?")
    noun = sampler.noun("small", "text", "kin", "tool")
    owner = sampler.pick(("my", "her", "his", "your") if noun.kind == "kin" else ("my", "the", "her", "your", "those"))
    subject = Np(noun=noun, plural=owner == "those" or sampler.chance(0.3), determiner=owner)
    clause = Clause("be", subject, wh_adverb="where", inflection=Inflection(sampler.pick(("past", "present"))))
    return Draft(clause_phrase(clause, inverted=True), "?")


def degree_question(sampler: Sampler) -> Draft:
    """`How old is the castle?`"""
    noun = sampler.noun("building", "waters", "outdoor", "vehicle", "person")
    words = {"building": "old large expensive", "waters": "deep wide cold", "outdoor": "large old famous dangerous"}
    lemma = sampler.pick(
        words.get(noun.kind, "old fast expensive" if noun.kind == "vehicle" else "old tall strong").split()
    )
    subject = Np(noun=noun, determiner=sampler.pick(("the", "this", "that", "your")))
    clause = Clause("be", subject, predicate=Adjp(Adjective(lemma), wh=True), inflection=Inflection("present"))
    return Draft(clause_phrase(clause, inverted=True), "?")


def stranded_question(sampler: Sampler) -> Draft:
    """`Who did you talk to?`, `What are they waiting for?`: the preposition stays behind."""
    clause, verb = framed(sampler, "prepositional")
    pp = clause.obliques[0]
    asked = Pp(pp.preposition, Np(wh="who" if is_person(pp.object) else "what"))
    clause = replace(clause, obliques=(asked,), inflection=question_inflection(sampler, verb.state))
    return Draft(clause_phrase(clause, inverted=True), "?")


def long_distance_question(sampler: Sampler) -> Draft:
    """`What did Anna say that Tom bought?`, `Who do you want to invite?`"""
    inner, verb = framed(sampler, "transitive")
    while "human" not in verb.subjects:
        inner, verb = framed(sampler, "transitive")
    assert inner.object is not None
    asked = Np(wh="who" if is_person(inner.object) else "what")
    subject = Np(pronoun=sampler.pick(("you", "he", "she", "they"))) if sampler.chance(0.6) else sampler.person_name()
    if sampler.chance(0.5):
        control = sampler.pick(("want", "need", "plan", "decide", "hope", "try", "like"))
        inner = replace(inner, subject=None, object=asked, inflection=Inflection(form="to"))
        outer = Clause(control, subject, complement=Complement("to", inner, "xcomp"))
    else:
        inner = replace(inner, object=asked, inflection=Inflection(sampler.pick(("past", "present"))))
        saying = sampler.pick(("say", "think", "believe", "hope", "hear"))
        outer = Clause(saying, subject, complement=Complement(sampler.pick(("zero", "that", "zero")), inner, "ccomp"))
    outer = replace(outer, inflection=Inflection(sampler.pick(("past", "present"))))
    return Draft(clause_phrase(outer, inverted=True), "?")
