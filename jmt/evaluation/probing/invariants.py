"""What must not change a judgement: a sentence follows from itself, and from itself written in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from jmt.document import Judgement
from jmt.evaluation.probing.changes import changed, changes_in
from jmt.evaluation.probing.judge import Judge, class_of
from jmt.formats.pairs import ENTAILMENT

Pairs = Sequence[tuple[str, str]]
_ITSELF = "itself"
_SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class InvariantScore:
    """How often a judgement was what it must be."""

    name: str
    """`itself`, `swapped`, or what was changed."""
    count: int
    right: float | None
    """Share of pairs with the right class: entailment, or that of the pair before the change; None where classes may
    change, and where there is no pair."""
    grade: float | None
    """Of a sentence and itself the mean grade; of other pairs how far a grade moves on average; None without grades."""


def probe_sentences(judge: Judge, sentences: Sequence[str]) -> list[InvariantScore]:
    """Judge every sentence beside itself, and beside itself with one change.

    `right` is then the share of entailment, and below it the share whose class the change did not change.
    """
    pairs: dict[str, Pairs] = {_ITSELF: [(text, text) for text in sentences]}
    for name in changes_in(judge.describe()["language"]):
        pairs[name] = [(text, after) for text in sentences if (after := changed(name, text)) is not None]
    judged = _judged(judge, pairs)
    own = {text: class_of(one) for text, one in zip(sentences, judged[_ITSELF], strict=True)}
    scores = [_score(_ITSELF, [class_of(one) == ENTAILMENT for one in judged[_ITSELF]], _grades(judged[_ITSELF]))]
    for name in list(pairs)[1:]:
        kept = [class_of(one) == own[text] for (text, _), one in zip(pairs[name], judged[name], strict=True)]
        scores.append(_score(name, kept, _grades(judged[name])))
    return scores


def probe_pairs(judge: Judge, pairs: Pairs) -> list[InvariantScore]:
    """Judge every pair, in the other order, and with one change to either sentence.

    Grades are the same in both orders; classes need not be, so that `right` of `swapped` is None.
    """
    asked: dict[str, Pairs] = {"": pairs, _SWAPPED: [(second, first) for first, second in pairs]}
    origins: dict[str, list[int]] = {_SWAPPED: list(range(len(pairs)))}
    for name in changes_in(judge.describe()["language"]):
        made = [
            (number, pair)
            for number, (first, second) in enumerate(pairs)
            for pair in ((changed(name, first), second), (first, changed(name, second)))
            if pair[0] is not None and pair[1] is not None
        ]
        origins[name] = [number for number, _ in made]
        asked[name] = [pair for _, pair in made]  # type: ignore[misc]
    judged = _judged(judge, asked)
    scores = []
    for name, places in origins.items():
        both = [(judged[""][place], after) for place, after in zip(places, judged[name], strict=True)]
        kept = [class_of(before) == class_of(after) for before, after in both] if name != _SWAPPED else []
        scores.append(_score(name, kept, [moved for pair in both for moved in _moves(*pair)], len(both)))
    return scores


def _moves(before: Judgement, after: Judgement) -> list[float]:
    """Return how far the grade of a pair moved, nothing where there is none."""
    if before.relatedness is None or after.relatedness is None:
        return []
    return [abs(after.relatedness - before.relatedness)]


def _judged(judge: Judge, pairs: Mapping[str, Pairs]) -> dict[str, list[Judgement]]:
    """Judge all pairs at once, and return the judgements by the names of their groups."""
    every = judge.compare_many([pair for group in pairs.values() for pair in group])
    found, place = {}, 0
    for name, group in pairs.items():
        found[name] = every[place : place + len(group)]
        place += len(group)
    return found


def _grades(judged: Sequence[Judgement]) -> list[float]:
    return [one.relatedness for one in judged if one.relatedness is not None]


def _score(name: str, right: Sequence[bool], grades: Sequence[float], count: int | None = None) -> InvariantScore:
    return InvariantScore(
        name,
        len(right) if count is None else count,
        sum(right) / len(right) if right else None,
        fmean(grades) if grades else None,
    )
