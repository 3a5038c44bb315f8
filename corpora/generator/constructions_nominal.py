"""Sentences whose noun phrases carry the weight: relative clauses, participles, prepositions, apposition, brackets."""

from __future__ import annotations

from dataclasses import replace

from corpora.generator import names as name_tables
from corpora.generator.clauses import clause_phrase
from corpora.generator.constructions_basic import any_event, passive_clause
from corpora.generator.events import PLACES, admits, distinct, event, framed, setting, taking
from corpora.generator.lexicon import Noun, Verb, verbs_of
from corpora.generator.meaning import Adjective, Adjp, Clause, Inflection, Np, Pp
from corpora.generator.sampling import OWNERS, Sampler
from corpora.generator.sentences import Draft


def relative_inflection(sampler: Sampler, state: bool) -> Inflection:
    """Return an inflection for a relative clause."""
    choices = [(Inflection("past"), 5.0), (Inflection("present"), 3.0), (Inflection("present", perfect=True), 1.0)]
    choices += [(Inflection("past", perfect=True), 0.8), (Inflection("present", modal="will"), 0.4)]
    choices += (
        [] if state else [(Inflection("present", progressive=True), 0.8), (Inflection("past", progressive=True), 0.8)]
    )
    return sampler.weighted(choices)


def subject_relative(sampler: Sampler, noun: Noun, plural: bool) -> Clause | None:
    """`who sold the car`, `that barked at night`: the noun is the subject."""
    frame = sampler.pick(("transitive", "transitive", "intransitive", "prepositional", "motion"))
    verb = taking(sampler, frame, noun, "subjects")
    if verb is None:
        return None
    clause, _ = framed(sampler, frame, subject=Np(noun=noun, determiner="the"))
    clause = _with_verb(sampler, verb)
    word = sampler.pick(("who", "who", "that")) if noun.human else sampler.pick(("that", "which"))
    gap = Np(relativizer=word, plural=plural)
    return replace(clause, subject=gap, inflection=relative_inflection(sampler, verb.state))


def _with_verb(sampler: Sampler, verb: Verb) -> Clause:
    clause = Clause(verb.lemma, particle=verb.particle)
    if verb.objects:
        clause = replace(clause, object=sampler.np(verb.objects))
    if verb.obliques:
        preposition, classes = sampler.pick(verb.obliques)
        clause = replace(clause, obliques=(Pp(preposition, sampler.np(classes)),))
    return clause


def object_relative(sampler: Sampler, noun: Noun) -> Clause | None:
    """`that she bought`, `the boy met`, `in which they live`: the noun is the object or after the preposition."""
    frame = sampler.pick(("transitive", "transitive", "transitive", "prepositional"))
    subject = sampler.human("subject")
    relativizer = sampler.pick(("that", "who", "zero")) if noun.human else sampler.pick(("that", "which", "zero"))
    gap = Np(relativizer=relativizer)
    if frame == "transitive":
        verb = taking(sampler, frame, noun, "objects")
        if verb is None or "human" not in verb.subjects:
            return None
        clause = Clause(verb.lemma, subject, object=gap)
        return replace(clause, inflection=relative_inflection(sampler, verb.state))
    fitting = [
        (verb, preposition)
        for verb in verbs_of("prepositional")
        for preposition, classes in verb.obliques
        if admits(classes, noun) and "human" in verb.subjects and verb.split in ("all",)
    ]
    if not fitting:
        return None
    verb, preposition = sampler.pick(fitting)
    clause = Clause(verb.lemma, subject, obliques=(Pp(preposition, gap),))
    return replace(clause, inflection=relative_inflection(sampler, verb.state))


def whose_relative(sampler: Sampler, noun: Noun) -> Clause | None:
    """`whose brother plays the piano`, `whose car we bought`."""
    if not noun.human:
        return None
    if sampler.chance(0.5):
        kin = sampler.noun("brother", "sister", "mother", "father", "uncle", "aunt", "son", "daughter")
        inner, verb = framed(sampler, "transitive", subject=Np(noun=kin, determiner="my"))
        if "human" not in verb.subjects:
            return None
        return replace(
            inner, subject=Np(noun=kin, relativizer="whose"), inflection=relative_inflection(sampler, verb.state)
        )
    owned = Np(noun=sampler.noun("small", "vehicle", "garment"), relativizer="whose")
    verb_lemma = sampler.pick(("find", "buy", "borrow", "steal", "see"))
    return Clause(verb_lemma, sampler.human("subject"), object=owned, inflection=Inflection("past"))


def where_relative(sampler: Sampler, noun: Noun) -> Clause | None:
    """`where they met`: the noun is a place."""
    if noun.kind not in ("building", "outdoor", "room"):
        return None
    clause = event(sampler, sampler.pick(("intransitive", "transitive")), modifiers=False)
    inflection = Inflection(sampler.pick(("past", "past", "present")))
    return replace(clause, wh_adverb="where", wh_relative=True, inflection=inflection)


def reduced_relative(sampler: Sampler, noun: Noun) -> Clause | None:
    """`sitting on the bench`, `written by the poet`: a participle after the noun."""
    if noun.human or noun.kind == "animal":
        verb = taking(sampler, sampler.pick(("prepositional", "transitive", "motion")), noun, "subjects")
        if verb is None or verb.state:
            return None
        return replace(_with_verb(sampler, verb), inflection=Inflection(form="gerund"))
    verb = taking(sampler, "transitive", noun, "objects")
    if verb is None or verb.state:
        return None
    agent = sampler.human("object") if sampler.chance(0.6) else None
    if agent is not None and agent.pronoun:
        agent = sampler.person_name()
    place = None if agent is not None else Pp("in", sampler.simple("outdoor", "room"))
    return Clause(verb.lemma, agent=agent, place=place, inflection=Inflection(form="participle"))


RELATIVES = (("subject", 4.0), ("object", 4.0), ("whose", 0.7), ("where", 1.5), ("reduced", 2.5))


def modified_by_clause(sampler: Sampler, np: Np, kind: str = "") -> Np | None:
    """Return the noun phrase with a relative clause of the kind, or of any kind that fits; None where none does."""
    if np.noun is None or np.noun.kind in ("topic", "outing", "kin", "feature", "gesture", "stuff"):
        return None
    kind = kind or sampler.weighted(RELATIVES)
    builders = {
        "object": object_relative, "whose": whose_relative, "where": where_relative, "reduced": reduced_relative,
    }  # fmt: skip
    clause = subject_relative(sampler, np.noun, np.plural) if kind == "subject" else builders[kind](sampler, np.noun)
    if clause is None or (clause.object and clause.object.noun == np.noun):
        return None
    owned = np.possessor is not None or np.determiner in OWNERS
    fixed = replace(np, determiner="the", possessor=None) if owned else np
    return replace(fixed, relative=clause)


def relative_clause(sampler: Sampler) -> Draft:
    """A relative or participial clause on the subject or the object."""
    while True:
        clause = any_event(sampler, modifiers=False)
        on_subject = sampler.chance(0.5)
        np = clause.subject if on_subject else clause.object
        if np is None:
            continue
        modified = modified_by_clause(sampler, np)
        if modified is not None:
            slot = {"subject": modified} if on_subject else {"object": modified, "particle_last": False}
            return Draft(clause_phrase(replace(clause, **slot)))


def extraposed_relative(sampler: Sampler) -> Draft:
    """`A man arrived who was carrying a box.`: the relative clause is moved to the end (non-projective)."""
    while True:
        noun = sampler.noun("person")
        np = Np(noun=noun, determiner=sampler.pick(("a", "a", "another", "the")))
        modified = modified_by_clause(sampler, np, "subject")
        if modified is not None and modified.relative is not None and modified.relative.object is not None:
            break
    verb = sampler.pick(("arrive", "come", "call", "appear"))
    inflection = sampler.pick((Inflection("past"), Inflection("past"), Inflection("present", perfect=True)))
    subject = replace(modified, extraposed=True)
    return Draft(clause_phrase(Clause(verb, subject, inflection=inflection)))


TOOLS = (
    (("cut", "slice"), ("food", "fruit"), ("knife",)),
    (("open",), ("opening",), ("key", "knife", "hammer")),
    (("paint", "clean"), ("furniture", "opening"), ("brush",)),
    (("photograph",), ("animal", "building"), ("camera", "phone")),
    (("repair", "break"), ("furniture", "musical"), ("hammer", "drill")),
    (("catch",), ("animal",), ("rope", "bag")),
    (("eat",), ("food", "dish"), ("spoon",)),
    (("write",), ("text",), ("pen", "pencil")),
)
"""Verbs, classes of their objects, and the tools for it."""


def verb_attachment(sampler: Sampler) -> Draft:
    """`He opened the box with a knife.`: a tool goes with the verb."""
    verbs, objects, tools = sampler.pick(TOOLS)
    tool = Np(
        noun=Noun(sampler.pick(tools), "all", "tool", False), determiner=sampler.pick(("a", "a", "the", "her", "his"))
    )
    target = sampler.np(objects)
    subject = distinct(sampler, ("human",), "subject")
    inflection, _ = setting(sampler)
    clause = Clause(sampler.pick(verbs), subject, object=target, obliques=(Pp("with", tool),), inflection=inflection)
    return Draft(clause_phrase(clause))


def noun_attachment(sampler: Sampler) -> Draft:
    """`She met a man with a beard.`, `He lost the key to the garage.`, `a book about history`: goes with the noun."""
    draw = sampler.number(0, 4)
    if draw == 0:
        looks = Np(noun=sampler.noun("feature"), determiner="a")
        owner = Np(noun=sampler.noun("person"), determiner=sampler.pick(("the", "a")), pps=(Pp("with", looks),))
        verb = sampler.pick(("meet", "see", "know", "help", "remember", "follow"))
    elif draw == 1:
        topic = sampler.simple("topic", "topic", "animal")
        owner = Np(noun=sampler.noun("text"), determiner=sampler.pick(("a", "the", "this")), pps=(Pp("about", topic),))
        verb = sampler.pick(("read", "write", "buy", "find", "borrow"))
    elif draw == 2:
        target = sampler.simple("building", "vehicle", "room")
        owner = Np(
            noun=Noun("key", "all", "small", False), determiner=sampler.pick(("the", "a")), pps=(Pp("to", target),)
        )
        verb = sampler.pick(("lose", "find", "need", "want", "hide"))
    elif draw == 3:
        where = Pp(sampler.pick(("near", "behind")), sampler.simple("building", "waters", "path"))
        owner = Np(
            noun=sampler.noun("building", "outdoor"), determiner=sampler.pick(("the", "a", "this")), pps=(where,)
        )
        verb = sampler.pick(("visit", "know", "love", "buy", "leave"))
    else:
        with_thing = Np(
            noun=sampler.noun("coat", "dress", "jacket", "skirt", "hat", "sweater"),
            determiner="a",
            adjectives=(Adjective(sampler.pick(COLORS)),),
        )
        owner = Np(noun=sampler.noun("person"), determiner="the", pps=(Pp("in", with_thing),))
        verb = sampler.pick(("see", "know", "notice", "follow", "meet"))
    inflection, _ = setting(sampler, state=True)
    if sampler.chance(0.3):
        adjective = sampler.adjective(owner.noun) if owner.noun else None
        if adjective is not None and owner.determiner != "a":
            clause = Clause(
                "be", owner, predicate=Adjp(adjective), inflection=Inflection(sampler.pick(("past", "present")))
            )
            return Draft(clause_phrase(clause))
    clause = Clause(verb, distinct(sampler, ("human",), "subject"), object=owner, inflection=inflection)
    return Draft(clause_phrase(clause))


COLORS = ("red", "blue", "green", "white", "black", "long", "new", "dirty")


def apposition(sampler: Sampler) -> Draft:
    """`My sister Clara plays the cello.`, `The museum (a modern building) was closed.`"""
    if sampler.chance(0.5):
        kin = sampler.noun("kin")
        female = kin.pronoun == "she"
        names = name_tables.FEMALE_NAMES if female else name_tables.MALE_NAMES
        subject = Np(noun=kin, determiner=sampler.pick(("my", "her", "his", "our")))
        subject = replace(subject, apposition=Np(name=(sampler.word(names),)))
        while True:
            clause, verb = framed(
                sampler, sampler.pick(("transitive", "prepositional", "ditransitive")), subject=subject
            )
            if "human" in verb.subjects:
                inflection, time = setting(sampler, state=verb.state)
                return Draft(clause_phrase(replace(clause, inflection=inflection, time=time)))
    while True:
        clause = passive_clause(sampler) if sampler.chance(0.4) else any_event(sampler, modifiers=False)
        np = clause.subject
        if np is not None and np.noun is not None and not np.others and np.noun.kind not in ("kin",):
            break
    age = Np(noun=Noun("year", "all", "time", False), plural=True, number=str(sampler.number(12, 90)))
    inner: Np = Np(name=(sampler.first_name(),)) if np.noun.kind == "person" and not np.plural else age
    if inner is age:
        same = sampler.adjective(np.noun)
        wide = {"person": "people", "animal": "animals"}.get(np.noun.kind)
        if same is None or np.plural or np.noun.mass:
            return apposition(sampler)
        generic = Noun(wide[:-1] if wide else "thing", "all", "thing", False)
        inner = Np(noun=generic, determiner="a", adjectives=(same,))
    return Draft(clause_phrase(replace(clause, subject=replace(np, apposition=inner, bracketed=True))))


def quantified(sampler: Sampler) -> Draft:
    """`Some of the students left early.`, `One of my brothers sings.`, `Most of them agreed.`"""
    noun = sampler.noun("person", "animal")
    whole = Np(noun=noun, plural=True, determiner=sampler.pick(("the", "the", "these", "my", "our")))
    if sampler.chance(0.25):
        whole = Np(pronoun=sampler.pick(("they", "we")))
        noun = sampler.noun("person")
    quantifier = sampler.pick(("some", "one", "all", "most", "many", "two", "three"))
    subject = Np(pronoun=quantifier, plural=quantifier != "one", pps=(Pp("of", whole),))
    frames = [
        frame for frame in ("intransitive", "transitive", "prepositional") if taking(sampler, frame, noun, "subjects")
    ]
    verb = taking(sampler, sampler.pick(frames), noun, "subjects")
    assert verb is not None
    inflection, time = setting(sampler, state=verb.state)
    return Draft(clause_phrase(replace(_with_verb(sampler, verb), subject=subject, inflection=inflection, time=time)))


def light_verb(sampler: Sampler) -> Draft:
    """`They went for a swim.`, `She took a long walk.`, `He gave a speech.`: nouns that are also verbs."""
    outing = sampler.noun("outing")
    modifier = (Adjective(sampler.pick(("long", "short", "quick", "nice", "slow"))),) if sampler.chance(0.4) else ()
    np = Np(noun=outing, determiner="a", adjectives=modifier)
    if not modifier and outing.lemma != "dance" and sampler.chance(0.15):
        unit = sampler.pick((("two", "hour"), ("ten", "minute"), ("three", "day"), ("twenty", "minute")))
        np = replace(np, measure=unit)
    inflection, time = setting(sampler)
    subject = sampler.human("subject")
    if sampler.chance(0.5):
        clause = Clause("go", subject, obliques=(Pp("for", np),), inflection=inflection, time=time)
    else:
        light = {"rest": "take", "swim": "have", "dance": "have", "climb": "make"}.get(outing.lemma, "take")
        clause = Clause(light, subject, object=np, inflection=inflection, time=time)
    if sampler.chance(0.4) and outing.lemma not in ("rest",):
        preposition, classes = sampler.pick(PLACES[1:3] + PLACES[4:5])
        clause = replace(clause, place=Pp(preposition, sampler.simple(*classes)))
    return Draft(clause_phrase(clause))
