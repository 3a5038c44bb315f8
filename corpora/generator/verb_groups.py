"""Auxiliaries and main verb in their forms, with do-support, negation, contraction and inversion."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.generator import lexemes
from corpora.generator.meaning import Inflection
from corpora.generator.morphology import verb_form
from corpora.generator.tree import ChunkMark, Word, make, mark_chunk

CONTRACTIONS = {
    "is": "'s", "has": "'s", "am": "'m", "are": "'re", "have": "'ve", "will": "'ll", "would": "'d", "had": "'d",
}  # fmt: skip
NEGATED_STEMS = {"can": "ca", "will": "wo"}
NO_CONTRACTED_NEGATION = frozenset({"am", "may", "might", "must"})


@dataclass
class VerbGroup:
    """The words of a verb group in order; `main` is the lexical verb, or `be` before a predicate."""

    words: list[Word]
    main: Word
    mark: ChunkMark
    leading: Word | None = None
    """An adverb before the finite verb, outside of the verb chunk."""
    finite: Word | None = None
    negation: Word | None = None

    def all_words(self) -> list[Word]:
        """Return the leading adverb, where there is one, and the group."""
        return ([self.leading] if self.leading else []) + self.words

    def hang(self, head: Word) -> None:
        """Attach auxiliaries, negation and adverb to the head of the clause (the main verb or the predicate)."""
        for word in self.all_words():
            if word is not head:
                word.governor = head
                if word is self.main:
                    word.deprel = "cop"


def _slots(inflection: Inflection, verb: str, needs_do: bool) -> list[tuple[str, str]]:
    """List (lemma, relation) of the group, auxiliaries first."""
    slots = [(inflection.modal, "aux")] if inflection.modal else []
    slots += [("have", "aux")] if inflection.perfect else []
    slots += [("be", "aux")] if inflection.progressive else []
    slots += [("be", "aux:pass")] if inflection.passive else []
    slots += [("do", "aux")] if needs_do and not slots else []
    return [*slots, (verb, "")]


def _tag_after(lemma: str, relation: str, inflection: Inflection) -> str:
    """Return the tag that an auxiliary asks of the next word."""
    if lemma == "have":
        return "VBN"
    if lemma == "be":
        return "VBN" if relation == "aux:pass" else "VBG"
    return "VB"


def _first_tag(inflection: Inflection, person: int, plural: bool) -> str:
    forms = {
        "to": "VB", "bare": "VB", "imperative": "VB", "gerund": "VBG", "adverbial": "VBG", "participle": "VBN",
    }  # fmt: skip
    if inflection.form != "finite":
        return forms[inflection.form]
    if inflection.modal:
        return "MD"
    if inflection.tense == "past":
        return "VBD"
    return "VBZ" if person == 3 and not plural else "VBP"


def _features(tag: str, inflection: Inflection, person: int, plural: bool) -> str:
    """Return the features of a verb of the group, which agrees with the subject where it is finite."""
    if tag == "MD":
        return "VerbForm=Fin"
    if tag == "VB":
        return "Mood=Imp|VerbForm=Fin" if inflection.form == "imperative" else "VerbForm=Inf"
    if tag == "VBG":  # EWT has participles in the progressive and in adverbial clauses, and gerunds elsewhere
        return "VerbForm=Ger" if inflection.form == "gerund" else "Tense=Pres|VerbForm=Part"
    if tag == "VBN":
        return "Tense=Past|VerbForm=Part"
    number = "Plur" if plural and person != 2 else "Sing"  # who is spoken to counts as one
    tense = "Past" if tag == "VBD" else "Pres"
    return f"Mood=Ind|Number={number}|Person={person}|Tense={tense}|VerbForm=Fin"


def verb_group(
    verb: str, inflection: Inflection, *, person: int = 3, plural: bool = False, inverted: bool = False,
    copula: bool = False,
) -> VerbGroup:  # fmt: skip
    """Inflect a verb with its auxiliaries; agreement is with person and number of the subject."""
    finite_form = inflection.form in ("finite", "imperative")
    be_alone = verb == "be" and inflection.form == "finite"
    do_support = finite_form and (bool(inflection.negation) or inverted) and not be_alone
    if inflection.form == "imperative" and not inflection.negation:
        do_support = False
    words: list[Word] = []
    tag = _first_tag(inflection, person, plural)
    for lemma, relation in _slots(inflection, verb, do_support):
        form = lemma if tag == "MD" else verb_form(lemma, tag, person=person, plural=plural)
        feats = _features(tag, inflection, person, plural)
        word = make(form, "AUX" if relation or copula else "VERB", tag, lemma=lemma, feats=feats)
        word.deprel = relation or "root"
        words.append(word)
        tag = _tag_after(lemma, relation, inflection)
    if inflection.passive or inflection.form == "participle":
        words[-1].feats = lexemes.PASSIVE_PARTICIPLE
    group = VerbGroup(words, words[-1], mark_chunk("VP", words))
    group.finite = words[0] if inflection.form == "finite" else None
    _place_adverb(group, inflection, copula)
    _place_negation(group, inflection, inverted)
    if inflection.form == "to":
        marker = make("to", "PART", "TO")
        marker.deprel, marker.chunk = "mark", group.mark
        group.words.insert(1 if inflection.negation else 0, marker)
    if inflection.contracted and not inverted:
        _contract(group)
    return group


def _place_negation(group: VerbGroup, inflection: Inflection, inverted: bool) -> None:
    if not inflection.negation:
        return
    first = group.words[0]
    contracted = inflection.negation == "n't" and first.form not in NO_CONTRACTED_NEGATION
    word = lexemes.negation("n't" if contracted else "not")
    word.deprel = "advmod"
    group.negation = word
    if inflection.form not in ("finite", "imperative"):
        group.words.insert(0, word)
        return
    if contracted:
        word.glued_left = True
        first.form = NEGATED_STEMS.get(first.form, first.form)
    elif first.form == "can" and not inverted:
        word.glued_left = True  # `cannot`
    # Between two verbs the negation is inside of the verb chunk, after the last one it is outside (CoNLL-2000).
    word.chunk = group.mark if len([w for w in group.words if w.chunk is group.mark and w.xpos != "RB"]) > 1 else None
    group.words.insert(1, word)


def _place_adverb(group: VerbGroup, inflection: Inflection, copula: bool) -> None:
    if not inflection.adverb:
        return
    word = lexemes.adverb(inflection.adverb)
    word.deprel = "advmod"
    if len(group.words) > 1:
        word.chunk = group.mark
        group.words.insert(1, word)
        return
    mark_chunk("ADVP", [word])
    if copula:
        group.words.append(word)
    else:
        group.leading = word


def _contract(group: VerbGroup) -> None:
    first = group.words[0]
    if first.form in CONTRACTIONS and not group.leading and first.upos == "AUX":
        first.form = CONTRACTIONS[first.form]
        first.glued_left = True
