"""Noun phrases: determiners, numbers, adjectives, possessors, names, pronouns, coordination, what follows the noun."""

from __future__ import annotations

from collections.abc import Callable

from corpora.generator import morphology
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
REFLEXIVES = frozenset(forms[2] for forms in PRONOUNS.values())
OWNERS = frozenset(forms[1] for forms in PRONOUNS.values())
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
        word = make(np.wh, "PRON", "WP")
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
    word = make(np.relativizer, "PRON", "WP" if np.relativizer == "who" else "WDT")
    mark_chunk("NP", [word])
    return Phrase([word], word, plural=np.plural)


def _pronoun(np: Np, case: str) -> Phrase:
    form = np.pronoun
    person, is_plural = 3, False
    if form in PRONOUNS:
        object_form, _, _, person, is_plural = PRONOUNS[form]
        shown = form if case == "subject" else object_form
        word = make(shown, "PRON", "PRP")
    elif form == "'s":  # `let's`
        word = make(form, "PRON", "PRP")
        word.glued_left = True
    elif form in REFLEXIVES:
        word = make(form, "PRON", "PRP")
    elif form in INDEFINITES:
        word = make(form, "PRON", "NN")
    elif form == "no one":
        no, word = make("no", "DET", "DT"), make("one", "PRON", "NN")
        no.under(word, "det")
        mark_chunk("NP", [no, word])
        return phrase(word, no, word)
    elif form == "each other":
        word, other = make("each", "DET", "DT"), make("other", "ADJ", "JJ")
        other.under(word, "fixed")
        mark_chunk("NP", [word, other])
        return phrase(word, word, other)
    elif form in ("one", "two", "three"):
        word = make(form, "NUM", "CD")
        is_plural = form != "one"
    else:  # this, that, these, those, some, all, most, many
        quantifier = form in ("many", "most")
        tag = "JJS" if form == "most" else "JJ" if form == "many" else "DT"
        upos = "ADJ" if quantifier else "DET" if form in ("some", "all") else "PRON"
        word = make(form, upos, tag)
        is_plural = np.plural or form in ("these", "those", "many")
    mark_chunk("NP", [word])
    return Phrase([word], word, person, is_plural)


def _name(np: Np) -> Phrase:
    words = [make(part, "PROPN", "NNP") for part in np.name]
    head = words[0]
    for other in words[1:]:
        other.under(head, "flat")
    if np.compound:  # `the Maple Hotel`, `Silver Lake`: the last word is the head
        head = words[-1]
        for other in words[:-1]:
            other.under(head, "compound")
    before = [make(np.title, "PROPN", "NNP").under(head, "nmod:desc")] if np.title else []
    if np.determiner:
        before.insert(0, make(np.determiner, "DET", "DT").under(head, "det"))
    mark_chunk("NP", [*before, *words])
    return phrase(head, *before, *words)


def _dollars(np: Np) -> Phrase:
    """`$45`: the sign is the head, as in EWT."""
    sign = make("$", "SYM", "$")
    sign.glued_right = True
    amount = make(np.number, "NUM", "CD").under(sign, "nummod")
    mark_chunk("NP", [sign, amount])
    return Phrase([sign, amount], sign, 3, True)


def _common(np: Np, attach_clause: AttachClause) -> Phrase:
    assert np.noun is not None
    if np.noun.lemma == "$":
        return _dollars(np)
    lemma = np.noun.lemma
    form = morphology.plural(lemma) if np.plural else lemma
    head = make(form, "NOUN", "NNS" if np.plural else "NN")
    inner: list[Word] = []
    inner += _number(np, head)
    for adjective in np.adjectives:
        inner += adjective_words(adjective, head, "amod")
    if np.measure:
        unit = make(np.measure[1], "NOUN", "NN").under(head, "compound")
        number = make(np.measure[0], "NUM", "CD").under(unit, "nummod")
        inner += [number, hyphen(unit), unit]
    if np.compound:
        inner.append(make(np.compound, "NOUN", "NN").under(head, "compound"))
    first = (inner or [head])[0]
    before = _determiners(np, head, first)
    base = [*before, *inner, head]
    if np.possessor is None:
        mark_chunk("NP", base)
        return Phrase(base, head, 3, np.plural)
    owner = noun_phrase(np.possessor, "object", attach_clause).under(head, "nmod:poss")
    ends_in_s = owner.words[-1].form.endswith("s") and owner.plural
    clitic = make("'" if ends_in_s else "'s", "PART", "POS").under(owner.head, "case")
    clitic.glued_left = True
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
        words.append(make(np.ordinal, "ADJ", "JJ").under(head, "amod"))
    if np.number:
        number = make(np.number, "NUM", "CD").under(head, "nummod")
        if np.number_modifier:
            words.append(make(np.number_modifier, "ADV", "RB").under(number, "advmod"))
        words.append(number)
    return words


def _determiners(np: Np, head: Word, first: Word) -> list[Word]:
    words: list[Word] = []
    if np.predeterminer:
        words.append(make(np.predeterminer, "DET", "PDT").under(head, "det:predet"))
    if np.wh == "how many":
        many = make("many", "ADJ", "JJ").under(head, "amod")
        return [make("how", "ADV", "WRB").under(many, "advmod"), many]
    if np.wh == "whose" or np.relativizer == "whose":
        return [make("whose", "PRON", "WP$").under(head, "nmod:poss")]
    if np.wh in ("which", "what"):
        return [make(np.wh, "DET", "WDT").under(head, "det")]
    determiner = np.determiner
    if determiner in OWNERS:
        words.append(make(determiner, "PRON", "PRP$").under(head, "nmod:poss"))
    elif determiner in ADJECTIVE_QUANTIFIERS:
        words.append(make(determiner, "ADJ", ADJECTIVE_QUANTIFIERS[determiner]).under(head, "amod"))
    elif determiner:
        form = morphology.indefinite(first.form) if determiner == "a" else determiner
        words.append(make(form, "DET", "DT").under(head, "det"))
    return words


def adjective_words(adjective: Adjective, governor: Word | None, deprel: str) -> list[Word]:
    """Return an adjective with its degree words; the adjective itself is the last word."""
    if adjective.participle:
        form = morphology.participle(adjective.lemma)
        word = make(form, "VERB", "VBN")
    elif adjective.degree and morphology.is_short(adjective.lemma):
        form = morphology.compare(adjective.lemma, adjective.degree)
        word = make(form, "ADJ", "JJR" if adjective.degree == "er" else "JJS")
    else:
        word = make(adjective.lemma, "ADJ", "JJ")
    if governor is not None:
        word.under(governor, deprel)
    before: list[Word] = []
    if adjective.hyphenated:
        before = [make(adjective.hyphenated, "ADV", "RB").under(word, "advmod"), hyphen(word)]
    if adjective.degree and word.xpos == "JJ":
        degree = make("more", "ADV", "RBR") if adjective.degree == "er" else make("most", "ADV", "RBS")
        before.append(degree.under(word, "advmod"))
    if adjective.intensifier:
        before.insert(0, make(adjective.intensifier, "ADV", "RB").under(word, "advmod"))
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
