"""Sentence pairs: a scene, what becomes of it, and the relatedness and entailment that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpora.generator.derivations import CHANGING, EQUIVALENT, Derivation
from corpora.generator.meaning import Clause
from corpora.generator.sampling import Sampler
from corpora.generator.scenes import scene, text_of

WEIGHTS = (
    ("equivalent", 17.0), ("hypernym", 8.0), ("verb_hypernym", 2.5), ("dropped_adjective", 6.0),
    ("dropped_adjunct", 5.0), ("hyponym", 5.0), ("verb_hyponym", 2.0), ("added_adjective", 4.0), ("added_adjunct", 3.0),
    ("role_swap", 8.0), ("other_participant", 6.0), ("other_event", 4.0), ("unrelated", 6.0), ("negation", 11.0),
    ("nobody", 4.0), ("antonym", 9.0), ("number", 5.0),
)  # fmt: skip
"""How many pairs of every hundred or so are derived in each way."""
REVERSED = {
    "hyponym": "hypernym", "verb_hyponym": "verb_hypernym", "added_adjective": "dropped_adjective",
    "added_adjunct": "dropped_adjunct",
}  # fmt: skip
"""Derivations that are another one read from the second sentence to the first."""
EXTRA_COST_OF_ADDING = 0.2
UNRELATED_SCORE = 1.0
SHARED_CLASS_BONUS = 0.4
"""Added to the score of an unrelated pair for subjects, or objects, of one class."""


@dataclass(frozen=True)
class Pair:
    """Two sentences with relatedness in [1, 5] (one decimal), entailment and the derivation's name."""

    first: str
    second: str
    relatedness: float
    entailment: str
    derivation: str


def judgement(effect: str, *, reverse: bool, negative: bool) -> str:
    """Return what the first sentence says of the second.

    A weaker second sentence follows from the first; a stronger one does not.  Under negation it is the other way
    round.
    """
    if effect == "contrary":
        return "CONTRADICTION"
    if effect == "same":
        return "ENTAILMENT"
    if effect == "other":
        return "NEUTRAL"
    return "ENTAILMENT" if reverse == negative else "NEUTRAL"


def draw_pairs(sampler: Sampler, name: str) -> Iterator[Pair]:
    """Yield pairs of one derivation without end."""
    while True:
        pair = _derive(sampler, name)
        if pair is not None:
            yield pair


def _derive(sampler: Sampler, name: str) -> Pair | None:
    """Draw a scene and derive the second sentence; None where the derivation does not apply to the scene."""
    first = scene(sampler)
    if sampler.chance(0.15) and first.verb != "be":
        first = replace(first, inflection=replace(first.inflection, negation="n't"))
    if name == "unrelated":
        return _unrelated(sampler, first)
    if name == "equivalent":
        return _equivalent(sampler, first)
    reverse = name in REVERSED
    derivation = CHANGING[REVERSED.get(name, name)]
    negative = bool(first.inflection.negation)
    second = derivation.edit(sampler, first)
    if second is None or (negative and not _safe_under_negation(first, derivation)):
        return None
    second, also, cost = _reworded(sampler, second)
    cost += derivation.cost + (EXTRA_COST_OF_ADDING if reverse else 0.0)
    label = judgement(derivation.effect, reverse=reverse, negative=negative and derivation.effect == "weaker")
    if reverse or (derivation.effect in ("contrary", "other") and sampler.chance(0.4)):
        first, second = second, first
    return Pair(text_of(first), text_of(second), _score(5.0 - cost), label, "+".join([name, *also]))


def _safe_under_negation(first: Clause, derivation: Derivation) -> bool:
    """Tell whether the edit's effect is plain in the scope of a negation: only for an indefinite object."""
    if derivation.effect in ("contrary", "other"):
        return derivation.effect == "contrary" or derivation is CHANGING["role_swap"]
    single = first.object is not None and first.object.determiner in ("a", "") and not first.object.number
    return single and not first.obliques and first.recipient is None


def _reworded(sampler: Sampler, clause: Clause) -> tuple[Clause, list[str], float]:
    """Apply some of the equivalent edits; return the scene, their names and their cost."""
    names: list[str] = []
    cost = 0.0
    for name, derivation in EQUIVALENT.items():
        if sampler.chance(0.3 if name != "passive" else 0.2):
            edited = derivation.edit(sampler, clause)
            if edited is not None:
                clause, cost = edited, cost + derivation.cost
                names.append(name)
    return clause, names, cost


def _equivalent(sampler: Sampler, first: Clause) -> Pair | None:
    second, names, cost = first, [], 0.0
    for name, derivation in EQUIVALENT.items():
        edited = derivation.edit(sampler, second) if sampler.chance(0.75) else None
        if edited is not None:
            second, cost = edited, cost + derivation.cost
            names.append(name)
    if not names:
        return None
    if sampler.chance(0.3):
        first, second = second, first
    return Pair(text_of(first), text_of(second), _score(5.0 - cost), "ENTAILMENT", "+".join(names))


def _unrelated(sampler: Sampler, first: Clause) -> Pair | None:
    second = scene(sampler)
    if second.verb == first.verb:
        return None
    score = UNRELATED_SCORE
    for one, two in ((first.subject, second.subject), (first.object, second.object)):
        if one is not None and two is not None and one.noun and two.noun:
            if one.noun.lemma == two.noun.lemma:
                return None
            score += SHARED_CLASS_BONUS if one.noun.kind == two.noun.kind else 0.0
    return Pair(text_of(first), text_of(second), _score(score), "NEUTRAL", "unrelated")


def _score(value: float) -> float:
    return round(min(5.0, max(1.0, value)), 1)
