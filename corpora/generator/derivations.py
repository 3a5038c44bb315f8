"""How the second sentence of a pair is derived: one edit each, with its effect on truth and its cost in relatedness.

An edit takes a scene and returns the edited scene, or None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from corpora.generator import relations
from corpora.generator.clauses import passive
from corpora.generator.lexicon import Noun, nouns_of
from corpora.generator.meaning import Adjp, Clause, Np, Pp
from corpora.generator.sampling import Sampler
from corpora.generator.scenes import NUMBERS, scene

Edit = Callable[[Sampler, Clause], Clause | None]
NounMap = Callable[[Np], Np | None]


@dataclass(frozen=True)
class Derivation:
    """An edit; effect says what the edited scene is to the first one: same, weaker, other or contrary."""

    edit: Edit
    effect: str
    cost: float


def _slots(clause: Clause) -> list[str]:
    names = ["subject", "object", "recipient"]
    return [name for name in names if getattr(clause, name) is not None]


def _map_np(sampler: Sampler, clause: Clause, change: NounMap, *, every: bool = False) -> Clause | None:
    """Apply the change to one noun phrase of the scene where it applies, or to all of them."""
    places = [*_slots(clause), *(["oblique"] if clause.obliques else [])]
    order = sorted(places, key=lambda _: sampler.number(0, 999))
    changed = None
    for place in order:
        current = clause.obliques[0].object if place == "oblique" else getattr(clause, place)
        edited = change(current)
        if edited is None or (clause.inflection.negation and place == "subject" and not every):
            continue
        if place == "oblique":
            clause = replace(clause, obliques=(Pp(clause.obliques[0].preposition, edited),))
        elif place == "subject":
            clause = replace(clause, subject=edited)
        elif place == "object":
            clause = replace(clause, object=edited)
        else:
            clause = replace(clause, recipient=edited)
        changed = clause
        if not every:
            break
    return changed


def _renamed(np: Np, lemma: str, kind: str | None = None) -> Np:
    assert np.noun is not None
    return replace(np, noun=Noun(lemma, "all", kind or np.noun.kind, np.noun.mass))


def synonym(sampler: Sampler, clause: Clause) -> Clause | None:
    """Every word that has a synonym is replaced by it."""

    def change(np: Np) -> Np | None:
        edited = np
        if np.noun is not None and np.noun.lemma in relations.NOUN_SYNONYMS:
            edited = _renamed(np, relations.NOUN_SYNONYMS[np.noun.lemma])
        words = tuple(replace(a, lemma=relations.ADJECTIVE_SYNONYMS.get(a.lemma, a.lemma)) for a in np.adjectives)
        edited = replace(edited, adjectives=words)
        return None if edited == np else edited

    edited = _map_np(sampler, clause, change, every=True) or clause
    edited = _other_verb(edited) or edited
    if isinstance(edited.predicate, Adjp) and edited.predicate.adjective.lemma in relations.ADJECTIVE_SYNONYMS:
        lemma = relations.ADJECTIVE_SYNONYMS[edited.predicate.adjective.lemma]
        predicate = replace(edited.predicate, adjective=replace(edited.predicate.adjective, lemma=lemma))
        edited = replace(edited, predicate=predicate)
    return None if edited == clause else edited


def _other_verb(clause: Clause) -> Clause | None:
    """Return the scene with a synonymous verb, which may turn a particle or a preposition into a plain object."""
    phrasal = relations.PHRASE_SYNONYMS.get((clause.verb, clause.particle))
    if phrasal is not None:
        return replace(clause, verb=phrasal, particle="", particle_last=False)
    if clause.particle:
        return None
    if clause.obliques and clause.object is None:
        single = relations.OBLIQUE_SYNONYMS.get((clause.verb, clause.obliques[0].preposition))
        return None if single is None else replace(clause, verb=single, object=clause.obliques[0].object, obliques=())
    lemma = relations.VERB_SYNONYMS.get(clause.verb)
    return None if lemma is None or clause.verb == "answer" else replace(clause, verb=lemma)


def turned_passive(sampler: Sampler, clause: Clause) -> Clause | None:
    """Active to passive with its agent."""
    usable = clause.object is not None and clause.recipient is None and clause.subject is not None
    if not usable or clause.verb in ("leave", "get", "join", "have") or clause.inflection.passive:
        return None
    turned = passive(clause, by_phrase=True)
    inflection = replace(turned.inflection, progressive=clause.inflection.progressive)
    return replace(turned, inflection=inflection, particle_last=False)


def dative(sampler: Sampler, clause: Clause) -> Clause | None:
    """`gave Anna the book` to `gave the book to Anna` and back."""
    if clause.recipient is not None:
        return replace(clause, recipient=None, double_object=False, obliques=(Pp("to", clause.recipient),))
    if clause.object is None or len(clause.obliques) != 1 or clause.obliques[0].preposition != "to":
        return None
    return replace(clause, recipient=clause.obliques[0].object, double_object=True, obliques=())


def fronted_time(sampler: Sampler, clause: Clause) -> Clause | None:
    """The time adverbial moves to the front."""
    return None if clause.time is None or clause.time_first else replace(clause, time_first=True)


def hypernym(sampler: Sampler, clause: Clause) -> Clause | None:
    """One noun gives way to the word above it, without its adjectives."""

    def change(np: Np) -> Np | None:
        noun = np.noun
        if noun is None or noun.kind not in relations.HYPERNYMS or noun.lemma in relations.NO_HYPERNYM or np.possessor:
            return None
        return replace(_renamed(np, relations.HYPERNYMS[noun.kind]), adjectives=())

    return _map_np(sampler, clause, change)


def verb_hypernym(sampler: Sampler, clause: Clause) -> Clause | None:
    """The verb gives way to a wider one (`hurried to the church` to `went to the church`)."""
    wider = relations.VERB_HYPERNYMS.get(clause.verb)
    if wider is None or clause.particle or clause.recipient is not None or clause.inflection.negation:
        return None
    if wider in ("go", "move") and not (clause.obliques and clause.object is None):
        return None
    return replace(clause, verb=wider)


def dropped_adjective(sampler: Sampler, clause: Clause) -> Clause | None:
    """One noun phrase loses its adjective."""
    return _map_np(sampler, clause, lambda np: replace(np, adjectives=()) if np.adjectives else None)


def dropped_adjunct(sampler: Sampler, clause: Clause) -> Clause | None:
    """The scene loses its place, time or manner."""
    if clause.inflection.negation or not (clause.place or clause.time or clause.manner):
        return None
    return replace(clause, place=None, time=None, manner="", time_first=False)


def swapped_roles(sampler: Sampler, clause: Clause) -> Clause | None:
    """Subject and object change places; both must be able to do it."""
    subject, target = clause.subject, clause.object
    if subject is None or target is None or not (_animate(subject) and _animate(target)):
        return None
    if clause.verb in ("meet", "encounter"):  # means the same with the roles swapped
        return None
    return replace(clause, subject=target, object=subject)


def _animate(np: Np) -> bool:
    return bool(np.name) or (np.noun is not None and (np.noun.human or np.noun.kind == "animal"))


def other_participant(sampler: Sampler, clause: Clause) -> Clause | None:
    """One noun gives way to another of its class."""

    def change(np: Np) -> Np | None:
        if np.noun is None:
            return None
        peers = [n for n in nouns_of((np.noun.kind,)) if n.split == "all" and n.lemma != np.noun.lemma]
        synonyms = (relations.NOUN_SYNONYMS.get(np.noun.lemma),)
        peers = [n for n in peers if n.lemma not in synonyms]
        return replace(np, noun=sampler.pick(peers)) if peers else None

    return _map_np(sampler, clause, change)


def negated(sampler: Sampler, clause: Clause) -> Clause | None:
    """The verb is negated, or loses its negation."""
    if clause.inflection.negation:
        return replace(clause, inflection=replace(clause.inflection, negation=""))
    if clause.subject is not None and clause.subject.determiner == "" and clause.subject.plural:
        return None
    return replace(clause, inflection=replace(clause.inflection, negation=sampler.pick(("n't", "not"))))


def nobody(sampler: Sampler, clause: Clause) -> Clause | None:
    """Nobody does it."""
    if clause.subject is None or clause.inflection.negation or clause.verb == "be":
        return None
    if not (clause.subject.name or (clause.subject.noun and clause.subject.noun.human)):
        return None
    return replace(clause, subject=Np(pronoun=sampler.pick(("nobody", "no one"))))


def antonym(sampler: Sampler, clause: Clause) -> Clause | None:
    """The verb or the predicate gives way to its contrary."""
    if clause.inflection.negation:
        return None
    if isinstance(clause.predicate, Adjp):
        contrary = relations.ADJECTIVE_ANTONYMS.get(clause.predicate.adjective.lemma)
        predicate = replace(clause.predicate, adjective=replace(clause.predicate.adjective, lemma=contrary or ""))
        return None if contrary is None else replace(clause, predicate=predicate)
    if clause.particle:
        both = relations.PARTICLE_ANTONYMS.get((clause.verb, clause.particle))
        return None if both is None else replace(clause, verb=both[0], particle=both[1])
    if clause.obliques:
        return None
    contrary = relations.VERB_ANTONYMS.get(clause.verb)
    return None if contrary is None else replace(clause, verb=contrary)


def other_number(sampler: Sampler, clause: Clause) -> Clause | None:
    """A number changes."""
    if clause.inflection.negation:
        return None

    def change(np: Np) -> Np | None:
        others = [number for number in NUMBERS if number != np.number]
        return replace(np, number=sampler.pick(others)) if np.number else None

    return _map_np(sampler, clause, change)


def other_event(sampler: Sampler, clause: Clause) -> Clause | None:
    """The same subject does something else."""
    if clause.subject is None or clause.inflection.negation:
        return None
    for _ in range(30):
        other = scene(sampler)
        if other.verb != clause.verb and other.subject is not None and _alike(other.subject, clause.subject):
            return replace(other, subject=clause.subject, inflection=clause.inflection, time=None)
    return None


def _alike(one: Np, two: Np) -> bool:
    kinds = [np.noun.kind if np.noun else "person" for np in (one, two)]
    return kinds[0] == kinds[1]


EQUIVALENT: dict[str, Derivation] = {
    "synonym": Derivation(synonym, "same", 0.2),
    "passive": Derivation(turned_passive, "same", 0.2),
    "dative": Derivation(dative, "same", 0.1),
    "fronted_time": Derivation(fronted_time, "same", 0.1),
}
"""Edits that keep the meaning; they also go along with others, to make words an unsafe guide."""

CHANGING: dict[str, Derivation] = {
    "hypernym": Derivation(hypernym, "weaker", 0.7),
    "verb_hypernym": Derivation(verb_hypernym, "weaker", 0.6),
    "dropped_adjective": Derivation(dropped_adjective, "weaker", 0.4),
    "dropped_adjunct": Derivation(dropped_adjunct, "weaker", 0.5),
    "role_swap": Derivation(swapped_roles, "other", 1.5),
    "other_participant": Derivation(other_participant, "other", 1.8),
    "other_event": Derivation(other_event, "other", 2.7),
    "negation": Derivation(negated, "contrary", 1.3),
    "nobody": Derivation(nobody, "contrary", 1.7),
    "antonym": Derivation(antonym, "contrary", 1.5),
    "number": Derivation(other_number, "contrary", 1.1),
}
"""Edits that change the meaning, at most one of them in a pair."""
