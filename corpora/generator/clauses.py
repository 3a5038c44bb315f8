"""Clauses: subject, verb group and what follows; inversion, fronting, relative and adverbial clauses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from corpora.generator import lexemes
from corpora.generator.adverbials import time_phrase
from corpora.generator.meaning import Adjp, Adjunct, Clause, Complement, Np, Pp
from corpora.generator.noun_phrases import PRONOUNS, adjective_words, noun_phrase, prepositional_phrase
from corpora.generator.tree import Phrase, Word, flatten, make, mark_chunk, phrase, punct
from corpora.generator.verb_groups import VerbGroup, verb_group

IOBJ_CONTROL = frozenset("ask tell teach order advise encourage persuade promise show".split())
"""Verbs whose person is an indirect object when a clause follows (`told him to go`), as in EWT."""
PP_MARKERS = frozenset({"by", "without", "before", "after"})
"""Markers whose chunk is PP before a gerund."""


@dataclass
class Core:
    """A realised clause in pieces, so that its order can still be chosen."""

    head: Word
    subject: Phrase | None
    group: VerbGroup
    tail: list[Phrase] = field(default_factory=list)
    front: list[Phrase] = field(default_factory=list)


def clause_phrase(clause: Clause, *, inverted: bool = False) -> Phrase:
    """Realise a clause as one phrase; inverted puts the finite verb before the subject, as questions do."""
    core = build_core(clause, inverted=inverted)
    before, after = _adjuncts(clause, core)
    opening = _opening(clause, core)
    words = [*before, *opening, *_linear(core, inverted), *after]
    return phrase(core.head, *words)


def attach_clause(clause: Clause, noun: Word) -> Phrase:
    """Realise a relative or participial clause under the noun that it describes."""
    finite = clause.inflection.form == "finite"
    return clause_phrase(clause).under(noun, "acl:relcl" if finite else "acl")


def realise_np(np: Np, case: str) -> Phrase:
    """Realise a noun phrase with whatever clauses it contains."""
    return noun_phrase(np, case, attach_clause)


def build_core(clause: Clause, *, inverted: bool = False, like: Phrase | None = None) -> Core:
    """Realise the pieces of a clause; `like` is the understood subject of a coordinated verb phrase."""
    subject = None if clause.subject is None else realise_np(clause.subject, "subject")
    if clause.existential or clause.expletive:
        it = lexemes.personal_pronoun("it", "subject", "it")
        word = make("there", "PRON", "EX") if clause.existential else it
        mark_chunk("NP", [word])
        subject = phrase(word, word)
    if clause.clausal_subject is not None:
        subject = clause_phrase(clause.clausal_subject)
    pivot = realise_np(clause.object, "object") if clause.existential and clause.object else None
    agreeing = pivot or subject or like
    copula = clause.verb == "be" and not clause.existential
    inflection = clause.inflection
    if inflection.contracted and not (clause.subject and clause.subject.pronoun in PRONOUNS):
        inflection = replace(inflection, contracted=False)
    group = verb_group(
        clause.verb, inflection, person=agreeing.person if agreeing else 3,
        plural=agreeing.plural if agreeing else False, inverted=inverted, copula=copula,
    )  # fmt: skip
    core = Core(group.main, subject, group)
    if copula:
        predicate = _predicate(clause, core)
        core.head = predicate.head
        fronted = clause.wh_adverb or (isinstance(clause.predicate, Np | Adjp) and clause.predicate.fronted)
        if fronted:
            core.front.append(predicate)
        else:
            core.tail.append(predicate)
    group.hang(core.head)
    if subject is not None:
        subject.under(core.head, _subject_relation(clause))
    _fill_tail(clause, core, pivot)
    return core


def _subject_relation(clause: Clause) -> str:
    if clause.existential or clause.expletive:
        return "expl"
    relation = "nsubj" if clause.clausal_subject is None else "csubj"
    return relation + (":pass" if clause.inflection.passive else "")


def _predicate(clause: Clause, core: Core) -> Phrase:
    predicate = clause.predicate
    if isinstance(predicate, Adjp):
        return adjective_phrase(predicate)
    if isinstance(predicate, Pp):
        built = prepositional_phrase(predicate, core.head, "obl", attach_clause)
        built.head.governor, built.head.deprel = None, "root"
        return built
    if predicate is None:  # `Where are my keys?`
        word = lexemes.question_adverb(clause.wh_adverb)
        mark_chunk("ADVP", [word])
        return phrase(word, word)
    return realise_np(predicate, "object")


def _fill_tail(clause: Clause, core: Core, pivot: Phrase | None) -> None:
    """Add arguments and adjuncts in their usual order, then the complement clause, then what is extraposed."""
    head, tail = core.head, core.tail
    if pivot is not None:
        tail.append(pivot.under(head, "nsubj"))
    particle = _particle(clause, head)
    if particle and not clause.particle_last:
        tail.append(particle)
    if clause.recipient is not None and clause.double_object:
        _place(core, realise_np(clause.recipient, "object").under(head, "iobj"), clause.recipient)
    if clause.object is not None and pivot is None:
        controlled = clause.complement is not None and clause.verb in IOBJ_CONTROL
        built = realise_np(clause.object, "object").under(head, "iobj" if controlled else "obj")
        _place(core, built, clause.object)
        tail.extend(built.extraposed)
    if particle and clause.particle_last:
        tail.append(particle)
    if clause.predicate is not None and clause.verb != "be":
        tail.append(_predicate(clause, core).under(head, "xcomp"))
    _oblique_tail(clause, core)
    if clause.complement is not None:
        _add_complement(clause.complement, core)
    if core.subject is not None:
        tail.extend(core.subject.extraposed)


def _particle(clause: Clause, head: Word) -> Phrase | None:
    if not clause.particle:
        return None
    adverbial = clause.particle in ("back", "away")
    word = lexemes.adverb(clause.particle) if adverbial else make(clause.particle, "ADP", "RP")
    word.under(head, "advmod" if adverbial else "compound:prt")
    mark_chunk("ADVP" if adverbial else "PRT", [word])
    return phrase(word, word)


def _place(core: Core, built: Phrase, np: Np) -> None:
    (core.front if np.fronted else core.tail).append(built)


def _oblique_tail(clause: Clause, core: Core) -> None:
    head, tail = core.head, core.tail
    for pp in clause.obliques:
        _add_oblique(pp, core, "obl")
    if clause.agent is not None:
        tail.append(prepositional_phrase(Pp("by", clause.agent), head, "obl:agent", attach_clause))
    if clause.manner:
        tail.append(_manner(clause, head))
    if clause.place is not None:
        _add_oblique(clause.place, core, "obl")
    if clause.time is not None and not clause.time_first:
        tail.append(time_phrase(clause.time, head))
    if clause.wh_adverb and (clause.verb != "be" or clause.predicate is not None or clause.existential):
        word = lexemes.question_adverb(clause.wh_adverb, relative=clause.wh_relative).under(head, "advmod")
        mark_chunk("ADVP", [word])
        core.front.append(phrase(word, word))


def _manner(clause: Clause, head: Word) -> Phrase:
    """`well`, `better than Tom`, `more quietly than she`."""
    short = clause.manner_than is not None and clause.manner in ("fast", "hard", "well", "badly")
    word = lexemes.adverb(clause.manner, "er" if short else "").under(head, "advmod")
    words = [word]
    if clause.manner_than is not None and not short:
        words.insert(0, lexemes.degree_adverb("er").under(word, "advmod"))
    mark_chunk("ADVP", words)
    if clause.manner_than is not None:
        words += prepositional_phrase(Pp("than", clause.manner_than), word, "obl", attach_clause).words
    return phrase(word, *words)


def _add_oblique(pp: Pp, core: Core, deprel: str) -> None:
    built = prepositional_phrase(pp, core.head, deprel, attach_clause)
    if not pp.object.fronted:
        core.tail.append(built)
    elif pp.object.relativizer == "which":  # pied-piped: `in which`
        core.front.append(built)
    else:  # the preposition is stranded; without a pronoun it stands for its whole phrase, as in EWT
        preposition = built.words[0]
        if pp.object.relativizer == "zero":
            preposition.under(core.head, deprel)
        core.tail.append(phrase(preposition, preposition))
        core.front.append(Phrase(built.words[1:], built.head))


def _add_complement(complement: Complement, core: Core) -> None:
    """Add a complement clause; what it fronts moves on to the front of this clause, unless it is a question itself."""
    inner = build_core(complement.clause)
    adjacent = not core.tail
    inner.head.under(core.head, complement.deprel)
    marker: list[Word] = []
    if complement.kind in ("that", "whether", "if"):
        marker.append(make(complement.kind, "SCONJ", "IN").under(inner.head, "mark"))
        mark_chunk("SBAR", marker)
    if complement.kind not in ("wh",):
        core.front.extend(inner.front)
        inner.front = []
    first, last = _adjuncts(complement.clause, inner)
    words = [*marker, *first, *_linear(inner, inverted=False), *last]
    chained = complement.kind in ("to", "gerund", "bare") and adjacent
    follows_verb = core.group.words[-1].chunk is core.group.mark
    if chained and follows_verb and not inner.group.leading:  # `wants to go` is one verb chunk
        for word in inner.group.words:
            if word.chunk is inner.group.mark:
                word.chunk = core.group.mark
    core.tail.append(phrase(inner.head, *words))


def _linear(core: Core, inverted: bool) -> list[Word]:
    group = core.group
    if not inverted:
        return flatten([*core.front, core.subject, *group.all_words(), *core.tail])
    moved = [group.words[0]]
    if group.negation is not None and group.negation.glued_left:
        moved.append(group.negation)
    rest = [word for word in group.all_words() if word not in moved]
    bare_question_word = bool(core.front) and core.front[0].head is core.head
    if not bare_question_word:
        for word in moved:
            word.chunk = None
    return flatten([*core.front, *moved, core.subject, *rest, *core.tail])


def _opening(clause: Clause, core: Core) -> list[Word]:
    """Return a sentence adverb or a time adverbial that stands first, with its comma."""
    words: list[Word] = []
    if clause.adverb_first:
        adverb = lexemes.adverb(clause.adverb_first).under(core.head, "advmod")
        mark_chunk("ADVP", [adverb])
        words += [adverb, punct(",", ",", adverb)]
    if clause.time is not None and clause.time_first:
        built = time_phrase(clause.time, core.head)
        words += [*built.words, punct(",", ",", built.head)]
    return words


def _adjuncts(clause: Clause, core: Core) -> tuple[list[Word], list[Word]]:
    """Return the adverbial clauses and coordinated verb phrases that stand before and after the clause."""
    before: list[Word] = []
    after: list[Word] = []
    for position, other in enumerate(clause.coordinated):
        inner = build_core(other, like=core.subject)
        bare = not core.tail and core.group.words[-1].chunk is core.group.mark and not inner.group.leading
        inner.head.under(core.head, "conj")
        if position < len(clause.coordinated) - 1:
            after.append(punct(",", ",", inner.head))
        else:
            after.append(make(clause.conjunction, "CCONJ", "CC").under(inner.head, "cc"))
        if bare and len(clause.coordinated) == 1:  # `cook and sing` is one verb chunk
            for word in (after[-1], *inner.group.words):
                word.chunk = core.group.mark
        after += _linear(inner, inverted=False)
    for adjunct in clause.adjuncts:
        inner_words = adjunct_words(adjunct, core.head)
        if adjunct.first:
            before += [*inner_words.words, punct(",", ",", inner_words.head)]
        else:
            if adjunct.marker in ("", "although"):
                after.append(punct(",", ",", inner_words.head))
            after += inner_words.words
    return before, after


def adjunct_words(adjunct: Adjunct, governor: Word) -> Phrase:
    """Realise an adverbial clause with its marker under the head of the main clause."""
    clause = adjunct.clause
    gerund = clause.inflection.form == "gerund"
    if gerund:
        clause = replace(clause, inflection=replace(clause.inflection, form="adverbial"))
    inner = clause_phrase(clause).under(governor, "advcl")
    if adjunct.marker in ("", "to"):
        return inner
    if adjunct.marker == "when":
        marker = lexemes.question_adverb("when").under(inner.head, "advmod")
        mark_chunk("ADVP", [marker])
    else:
        marker = make(adjunct.marker, "SCONJ", "IN").under(inner.head, "mark")
        mark_chunk("PP" if gerund and adjunct.marker in PP_MARKERS else "SBAR", [marker])
    return phrase(inner.head, marker, *inner.words)


def adjective_phrase(adjp: Adjp) -> Phrase:
    """Realise a predicative adjective with degree, comparison, oblique and clause."""
    words = adjective_words(adjp.adjective, None, "root")
    head = words[-1]
    if adjp.wh:
        words.insert(0, lexemes.question_adverb("how").under(head, "advmod"))
    if adjp.equal is not None:
        words.insert(0, lexemes.adverb("as").under(head, "advmod"))
    if adjp.enough:
        words.append(lexemes.adverb("enough").under(head, "advmod"))
    for other in adjp.others:
        more = adjective_words(other, head, "conj")
        words += [make(adjp.conjunction, "CCONJ", "CC").under(more[-1], "cc"), *more]
    mark_chunk("ADJP", words)
    parts = [phrase(head, *words)]
    compared = adjp.than or adjp.equal
    if compared is not None:
        parts.append(prepositional_phrase(Pp("than" if adjp.than else "as", compared), head, "obl", attach_clause))
    if adjp.pp is not None:
        parts.append(prepositional_phrase(adjp.pp, head, "obl", attach_clause))
    built = phrase(head, *parts)
    if adjp.complement is not None:
        built.words += _adjective_complement(adjp.complement, head)
    return built


def _adjective_complement(complement: Complement, head: Word) -> list[Word]:
    inner = clause_phrase(complement.clause).under(head, complement.deprel)
    if complement.kind != "that":
        return inner.words
    marker = make("that", "SCONJ", "IN").under(inner.head, "mark")
    mark_chunk("SBAR", [marker])
    return [marker, *inner.words]


def passive(clause: Clause, *, by_phrase: bool) -> Clause:
    """Turn an active transitive clause into a passive, with or without its agent."""
    agent = clause.subject if by_phrase else None
    inflection = replace(clause.inflection, passive=True, progressive=False, contracted=False)
    return replace(clause, subject=clause.object, object=None, agent=agent, inflection=inflection)
