"""Noun phrases: determiners, numbers, adjectives, possessors, names, pronouns, coordination, what follows the noun."""

from __future__ import annotations

from collections.abc import Callable

from corpora.generator import lexemes, morphology
from corpora.generator.meaning import Adjective, Clause, Np, Pp
from corpora.generator.tree import Phrase, Word, make, mark_chunk, phrase, punct

AttachClause = Callable[[Clause, Word], Phrase]
"""Realises a relative or participial clause under the noun; given by `clauses.py`."""

PRONOUNS = {
    # subject: (object, determiner, reflexive, person, plural)
    "I": ("me", "my", "myself", 1, False), "you": ("you", "your", "yourself", 2, True),
    "he": ("him", "his", "himself", 3, False), "she": ("her", "her", "herself", 3, False),
    "it": ("it", "its", "itself", 3, False), "we": ("us", "our", "ourselves", 1, True),
    "they": ("them", "their", "themselves", 3, True),
}  # fmt: skip
REFLEXIVES = {forms[2]: pronoun for pronoun, forms in PRONOUNS.items()}
"""The pronoun of every reflexive (`myself`: `I`)."""
OWNERS = {forms[1]: pronoun for pronoun, forms in PRONOUNS.items()}
"""The pronoun of every owner (`my`: `I`)."""
INDEFINITES = frozenset(
    "someone everyone nobody somebody something nothing everything anyone anything everybody".split()
)
ADJECTIVE_QUANTIFIERS = {
    "many": "JJ", "few": "JJ", "several": "JJ", "other": "JJ", "much": "JJ", "more": "JJR", "fewer": "JJR",
    "less": "JJR", "most": "JJS",
}  # fmt: skip


def noun_phrase(np: Np, case: str, attach_clause: AttachClause) -> Phrase:
    """Realise a noun phrase; case is `subject` or `object`.

    The phrase's head is still the root of its own tree: who calls attaches it.
    """
    built = _single(np, case, attach_clause)
    if np.others:
        built = _coordinate(built, np, case, attach_clause)
    return built


def _single(np: Np, case: str, attach_clause: AttachClause) -> Phrase:
    if np.relativizer and np.noun is None:
        return _relative_pronoun(np)
    if np.wh in ("who", "what") and np.noun is None:
        word = lexemes.wh_pronoun(np.wh, "WP", relative=False)
        mark_chunk("NP", [word])
        return phrase(word, word)
    if np.pronoun:
        return _after_noun(_pronoun(np, case), np, attach_clause)
    if np.name:
        return _after_noun(_name(np), np, attach_clause)
    return _after_noun(_common(np, attach_clause), np, attach_clause)


def _relative_pronoun(np: Np) -> Phrase:
    if np.relativizer == "zero":
        gap = make("", "PRON", "WP")
        return Phrase([], gap, plural=np.plural)
    word = lexemes.wh_pronoun(np.relativizer, "WP" if np.relativizer == "who" else "WDT", relative=True)
    mark_chunk("NP", [word])
    return Phrase([word], word, plural=np.plural)


def _pronoun(np: Np, case: str) -> Phrase:
    form = np.pronoun
    person, is_plural = 3, False
    if form in PRONOUNS:
        object_form, _, _, person, is_plural = PRONOUNS[form]
        word = lexemes.personal_pronoun(form, case, form if case == "subject" else object_form)
    elif form == "'s":  # `let's`
        word = lexemes.personal_pronoun("we", "object", form)
        word.glued_left = True
    elif form in REFLEXIVES:
        word = lexemes.reflexive_pronoun(REFLEXIVES[form], form)
    elif form in INDEFINITES:
        word = lexemes.indefinite_pronoun(form)
    elif form == "no one":
        no, word = lexemes.no_one()
        no.under(word, "det")
        mark_chunk("NP", [no, word])
        return phrase(word, no, word)
    elif form == "each other":
        word, other = lexemes.determiner("each"), lexemes.adjective("other")
        other.under(word, "fixed")
        mark_chunk("NP", [word, other])
        return phrase(word, word, other)
    elif form in ("one", "two", "three"):
        word = lexemes.number(form)
        is_plural = form != "one"
    else:  # this, that, these, those, some, all, most, many
        if form in ADJECTIVE_QUANTIFIERS:
            word = lexemes.quantifier(form, ADJECTIVE_QUANTIFIERS[form])
        else:
            word = lexemes.determiner(form) if form in ("some", "all") else lexemes.demonstrative(form)
        is_plural = np.plural or form in ("these", "those", "many")
    mark_chunk("NP", [word])
    return Phrase([word], word, person, is_plural)


def _name(np: Np) -> Phrase:
    parts = [lexemes.proper_noun(part) for part in np.name]
    head = parts[0]
    for other in parts[1:]:
        other.under(head, "flat")
    if np.compound:  # `the Maple Hotel`, `Silver Lake`: the last word is the head
        head = parts[-1]
        for other in parts[:-1]:
            other.under(head, "compound")
    before = [lexemes.proper_noun(np.title).under(head, "nmod:desc")] if np.title else []
    if np.determiner:
        before.insert(0, lexemes.determiner(np.determiner).under(head, "det"))
    mark_chunk("NP", [*before, *parts])
    return phrase(head, *before, *parts)


def _dollars(np: Np) -> Phrase:
    """`$45`: the sign is the head, as in EWT."""
    sign = make("$", "SYM", "$")
    sign.glued_right = True
    amount = lexemes.number(np.number).under(sign, "nummod")
    mark_chunk("NP", [sign, amount])
    return Phrase([sign, amount], sign, 3, True)


def _common(np: Np, attach_clause: AttachClause) -> Phrase:
    assert np.noun is not None
    if np.noun.lemma == "$":
        return _dollars(np)
    head = lexemes.noun(np.noun.lemma, plural=np.plural)
    inner: list[Word] = []
    inner += _number(np, head)
    for adjective in np.adjectives:
        inner += adjective_words(adjective, head, "amod")
    if np.measure:
        unit = lexemes.noun(np.measure[1]).under(head, "compound")
        number = lexemes.number(np.measure[0]).under(unit, "nummod")
        inner += [number, hyphen(unit), unit]
    if np.compound:
        inner.append(lexemes.noun(np.compound).under(head, "compound"))
    first = (inner or [head])[0]
    before = _determiners(np, head, first)
    base = [*before, *inner, head]
    if np.possessor is None:
        mark_chunk("NP", base)
        return Phrase(base, head, 3, np.plural)
    owner = noun_phrase(np.possessor, "object", attach_clause).under(head, "nmod:poss")
    ends_in_s = owner.words[-1].form.endswith("s") and owner.plural
    clitic = lexemes.possessive_clitic("'" if ends_in_s else "'s").under(owner.head, "case")
    mark_chunk("NP", [clitic, *base])
    return Phrase([*owner.words, clitic, *base], head, 3, np.plural)


def hyphen(governor: Word) -> Word:
    """Make a hyphen between two parts of a word; EWT and spaCy both split there."""
    mark = punct("-", "HYPH", governor)
    mark.glued_right = True
    return mark


def _number(np: Np, head: Word) -> list[Word]:
    words: list[Word] = []
    if np.ordinal:
        words.append(lexemes.ordinal(np.ordinal).under(head, "amod"))
    if np.number:
        number = lexemes.number(np.number).under(head, "nummod")
        if np.number_modifier:
            words.append(lexemes.adverb(np.number_modifier).under(number, "advmod"))
        words.append(number)
    return words


def _determiners(np: Np, head: Word, first: Word) -> list[Word]:
    words: list[Word] = []
    if np.predeterminer:
        words.append(lexemes.determiner(np.predeterminer, "PDT").under(head, "det:predet"))
    if np.wh == "how many":
        many = lexemes.adjective("many").under(head, "amod")
        return [lexemes.question_adverb("how").under(many, "advmod"), many]
    if np.wh == "whose" or np.relativizer == "whose":
        return [lexemes.wh_pronoun("whose", "WP$", relative=np.wh != "whose").under(head, "nmod:poss")]
    if np.wh in ("which", "what"):
        return [lexemes.determiner(np.wh, "WDT").under(head, "det")]
    determiner = np.determiner
    if determiner in OWNERS:
        words.append(lexemes.possessive_pronoun(OWNERS[determiner], determiner).under(head, "nmod:poss"))
    elif determiner in ADJECTIVE_QUANTIFIERS:
        words.append(lexemes.quantifier(determiner, ADJECTIVE_QUANTIFIERS[determiner]).under(head, "amod"))
    elif determiner:
        form = morphology.indefinite(first.form) if determiner == "a" else determiner
        words.append(lexemes.determiner(form).under(head, "det"))
    return words


def adjective_words(adjective: Adjective, governor: Word | None, deprel: str) -> list[Word]:
    """Return an adjective with its degree words; the adjective itself is the last word."""
    if adjective.participle:
        form = morphology.participle(adjective.lemma)
        word = make(form, "VERB", "VBN", lemma=adjective.lemma, feats=lexemes.PASSIVE_PARTICIPLE)
    elif adjective.degree and morphology.is_short(adjective.lemma):
        word = lexemes.adjective(adjective.lemma, adjective.degree)
    else:
        word = lexemes.adjective(adjective.lemma)
    if governor is not None:
        word.under(governor, deprel)
    before: list[Word] = []
    if adjective.hyphenated:
        before = [lexemes.adverb(adjective.hyphenated).under(word, "advmod"), hyphen(word)]
    if adjective.degree and word.xpos == "JJ":
        before.append(lexemes.degree_adverb(adjective.degree).under(word, "advmod"))
    if adjective.intensifier:
        before.insert(0, lexemes.adverb(adjective.intensifier).under(word, "advmod"))
    return [*before, word]


def prepositional_phrase(pp: Pp, governor: Word, deprel: str, attach_clause: AttachClause) -> Phrase:
    """Realise a preposition with its noun phrase and attach it."""
    preposition = make(pp.preposition, "ADP", "IN")
    mark_chunk("PP", [preposition])
    inner = noun_phrase(pp.object, "object", attach_clause).under(governor, deprel)
    preposition.under(inner.head, "case")
    built = Phrase([preposition, *inner.words], inner.head, extraposed=inner.extraposed)
    return built


def _after_noun(base: Phrase, np: Np, attach_clause: AttachClause) -> Phrase:
    for pp in np.pps:
        base.words += prepositional_phrase(pp, base.head, "nmod", attach_clause).words
    if np.apposition is not None:
        other = noun_phrase(np.apposition, "object", attach_clause).under(base.head, "appos")
        if np.bracketed:
            opening = punct("(", "-LRB-", other.head, opening=True)
            base.words += [opening, *other.words, punct(")", "-RRB-", other.head)]
        else:
            base.words += other.words
    if np.relative is not None:
        clause = attach_clause(np.relative, base.head)
        if np.extraposed:
            base.extraposed.append(clause)
        else:
            base.words += clause.words
    return base


def _coordinate(first: Phrase, np: Np, case: str, attach_clause: AttachClause) -> Phrase:
    members = [first] + [noun_phrase(other, case, attach_clause) for other in np.others]
    words: list[Word] = []
    if np.both:
        both = make("both" if np.conjunction == "and" else "either", "CCONJ", "CC").under(first.head, "cc:preconj")
        words.append(both)
    flat = _shares_chunk(np)
    for position, member in enumerate(members):
        if position:
            member.under(first.head, "conj")
            if position < len(members) - 1:
                words.append(punct(",", ",", member.head))
            else:
                words.append(make(np.conjunction, "CCONJ", "CC").under(member.head, "cc"))
        words += member.words
    if flat:
        mark_chunk("NP", words)
    elif np.both:
        mark_chunk("NP", words[:1])
    is_plural = np.conjunction == "and" or members[-1].plural
    return Phrase(words, first.head, 3, is_plural)


def _shares_chunk(np: Np) -> bool:
    """Tell whether the coordination is one chunk, as when later members have no determiner (`the cats and dogs`)."""
    simple = all(not (member.pps or member.relative or member.possessor or member.apposition) for member in np.others)
    bare = all(not (member.determiner or member.pronoun or member.predeterminer) for member in np.others)
    return simple and bare and not (np.pps or np.relative or np.pronoun or np.apposition or np.possessor)
