"""Words of the open and the small classes, made with their lemmas and features (UD v2, as in English-EWT 2.16).

Features stand in the order of the format: by name, `|` between them, `_` for none.  Verbs are made in `verb_groups`.
"""

from __future__ import annotations

from corpora.generator import morphology
from corpora.generator.tree import Word, make

SINGULAR, PLURAL = "Number=Sing", "Number=Plur"
PASSIVE_PARTICIPLE = "Tense=Past|VerbForm=Part|Voice=Pass"

_DETERMINERS = {
    # form: (lemma, features)
    "a": ("a", "Definite=Ind|PronType=Art"), "an": ("a", "Definite=Ind|PronType=Art"),
    "the": ("the", "Definite=Def|PronType=Art"), "this": ("this", "Number=Sing|PronType=Dem"),
    "that": ("that", "Number=Sing|PronType=Dem"), "these": ("this", "Number=Plur|PronType=Dem"),
    "those": ("that", "Number=Plur|PronType=Dem"), "another": ("another", "PronType=Ind"),
    "some": ("some", "PronType=Ind"), "any": ("any", "PronType=Ind"), "no": ("no", "PronType=Neg"),
    "every": ("every", "PronType=Tot"), "all": ("all", "PronType=Tot"), "both": ("both", "PronType=Tot"),
    "each": ("each", "ExtPos=PRON|PronType=Rcp"), "which": ("which", "PronType=Int"), "what": ("what", "PronType=Int"),
}  # fmt: skip
"""Determiners, and the demonstratives that stand alone; `each` occurs in `each other` only."""

_PERSONS = {
    "I": "Number=Sing|Person=1", "you": "Person=2", "he": "Gender=Masc|Number=Sing|Person=3",
    "she": "Gender=Fem|Number=Sing|Person=3", "it": "Gender=Neut|Number=Sing|Person=3", "we": "Number=Plur|Person=1",
    "they": "Number=Plur|Person=3",
}  # fmt: skip
_INDEFINITE_ENDINGS = {"some": "Ind", "any": "Ind", "every": "Tot", "no": "Neg"}

_ADVERB_FEATURES = {
    "always": "PronType=Tot", "never": "PronType=Neg", "sometimes": "PronType=Ind", "here": "PronType=Dem",
    "there": "PronType=Dem", "now": "PronType=Dem", "well": "Degree=Pos", "badly": "Degree=Pos", "hard": "Degree=Pos",
    "fast": "Degree=Pos", "soon": "Degree=Pos",
}  # fmt: skip
"""Adverbs that stand for others, and those that compare with an ending; the rest has no features in EWT."""

_DEGREES = {"": "Degree=Pos", "er": "Degree=Cmp", "est": "Degree=Sup"}
_ORDINALS = frozenset({"first", "second", "third", "fourth"})
_INTERJECTIONS = {"yes": "Polarity=Pos", "no": "Polarity=Neg"}


def noun(lemma: str, *, plural: bool = False) -> Word:
    """Make a common noun in its number."""
    form = morphology.plural(lemma) if plural else lemma
    return make(form, "NOUN", "NNS" if plural else "NN", lemma=lemma, feats=PLURAL if plural else SINGULAR)


def proper_noun(form: str) -> Word:
    """Make one word of a name, or a title."""
    return make(form, "PROPN", "NNP", feats=SINGULAR)


def weekday(form: str) -> Word:
    """Make the name of a day (`Monday`), or of all days of that name (`Mondays`)."""
    if not form.endswith("days"):
        return proper_noun(form)
    return make(form, "PROPN", "NNPS", lemma=form.removesuffix("s"), feats=PLURAL)


def adjective(lemma: str, degree: str = "") -> Word:
    """Make an adjective; degree is "", or the ending "er" or "est" where it compares with one."""
    form = morphology.compare(lemma, degree) if degree else lemma
    tag = {"": "JJ", "er": "JJR", "est": "JJS"}[degree]
    return make(form, "ADJ", tag, lemma=lemma, feats=_DEGREES[degree])


def quantifier(form: str, tag: str) -> Word:
    """Make an adjective of quantity (`many`, `more`, `fewer`); `few` alone lends its lemma to its degrees."""
    degree = {"JJ": "", "JJR": "er", "JJS": "est"}[tag]
    return make(form, "ADJ", tag, lemma="few" if form == "fewer" else form, feats=_DEGREES[degree])


def ordinal(form: str) -> Word:
    """Make an ordinal number, or `last`, which is none."""
    counted = "|NumForm=Word|NumType=Ord" if form in _ORDINALS else ""
    return make(form, "ADJ", "JJ", feats=f"Degree=Pos{counted}")


def adverb(lemma: str, degree: str = "") -> Word:
    """Make an adverb; degree is "", or "er" where it compares with an ending."""
    if degree:
        form = morphology.compare(lemma, degree)
        return make(form, "ADV", "RBR", lemma=lemma, feats=_DEGREES[degree])
    return make(lemma, "ADV", "RB", feats=_ADVERB_FEATURES.get(lemma, "_"))


def degree_adverb(degree: str) -> Word:
    """Make `more` ("er") or `most` ("est") before an adjective or an adverb."""
    return make("more" if degree == "er" else "most", "ADV", "RBR" if degree == "er" else "RBS", feats=_DEGREES[degree])


def question_adverb(form: str, *, relative: bool = False) -> Word:
    """Make `when`, `where`, `why` or `how`; relative where it refers to a noun."""
    return make(form, "ADV", "WRB", feats="PronType=Rel" if relative else "PronType=Int")


def number(form: str) -> Word:
    """Make a cardinal number in digits or as a word."""
    written = "Digit" if form[0].isdigit() else "Word"
    return make(form, "NUM", "CD", feats=f"NumForm={written}|NumType=Card")


def determiner(form: str, tag: str = "DT") -> Word:
    """Make a determiner; the tag is DT, PDT or WDT."""
    lemma, feats = _DETERMINERS[form]
    return make(form, "DET", tag, lemma=lemma, feats=feats)


def demonstrative(form: str) -> Word:
    """Make `this`, `that`, `these` or `those` that stands alone."""
    lemma, feats = _DETERMINERS[form]
    return make(form, "PRON", "DT", lemma=lemma, feats=feats)


def personal_pronoun(pronoun: str, case: str, form: str) -> Word:
    """Make the form of a pronoun (`I`) as subject or object: `I`, `me`."""
    feats = f"Case={'Nom' if case == 'subject' else 'Acc'}|{_PERSONS[pronoun]}|PronType=Prs"
    return make(form, "PRON", "PRP", lemma=pronoun, feats=feats)


def reflexive_pronoun(pronoun: str, form: str) -> Word:
    """Make the reflexive of a pronoun; its lemma is itself, and `yourself` is one person."""
    person = "Number=Sing|Person=2" if pronoun == "you" else _PERSONS[pronoun]
    return make(form, "PRON", "PRP", feats=f"Case=Acc|{person}|PronType=Prs|Reflex=Yes")


def possessive_pronoun(pronoun: str, form: str) -> Word:
    """Make the owner before a noun (`my`) that belongs to a pronoun; its lemma is itself."""
    return make(form, "PRON", "PRP$", feats=f"Case=Gen|{_PERSONS[pronoun]}|Poss=Yes|PronType=Prs")


def indefinite_pronoun(form: str) -> Word:
    """Make `someone`, `nothing` and the like."""
    kind = next(kind for start, kind in _INDEFINITE_ENDINGS.items() if form.startswith(start))
    return make(form, "PRON", "NN", feats=f"Number=Sing|PronType={kind}")


def no_one() -> tuple[Word, Word]:
    """Make the two words of `no one`."""
    return determiner("no"), make("one", "PRON", "NN", feats="Number=Sing|PronType=Neg")


def wh_pronoun(form: str, tag: str, *, relative: bool) -> Word:
    """Make `who`, `what`, `which` or `that` that asks or refers to a noun, or `whose` (tag WP$)."""
    owner = "Poss=Yes|" if tag == "WP$" else ""
    return make(form, "PRON", tag, feats=f"{owner}PronType={'Rel' if relative else 'Int'}")


def negation(form: str) -> Word:
    """Make `not` or `n't`."""
    return make(form, "PART", "RB", lemma="not", feats="Polarity=Neg")


def possessive_clitic(form: str) -> Word:
    """Make `'s` or `'` after an owner."""
    word = make(form, "PART", "POS", lemma="'s")
    word.glued_left = True
    return word


def interjection(form: str) -> Word:
    """Make an interjection, given in small letters or with a capital."""
    return make(form, "INTJ", "UH", lemma=form.lower(), feats=_INTERJECTIONS.get(form.lower(), "_"))
