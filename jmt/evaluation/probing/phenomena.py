"""Minimal pairs: how often a model gives the known answers, phenomenon by phenomenon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jmt.data.cards import read_card
from jmt.data.places import place_of_split
from jmt.errors import CorpusError
from jmt.evaluation.probing.judge import Judge, class_of
from jmt.formats.pairs import ENTAILMENT
from jmt.formats.tables.reading import read_table
from jmt.formats.tables.rows import TableOptions

CORPUS = "minimal_pairs"
TRAINED, UNTRAINED, ALL = TOTALS = ("trained", "untrained", "all")
"""What the totals are called."""
_PHENOMENON = "phenomenon"


@dataclass(frozen=True, slots=True)
class PhenomenonScore:
    """Scores of the pairs about one phenomenon, or of all."""

    phenomenon: str
    count: int
    right: float
    """Share of pairs with the right class."""
    follows: float
    """Share of pairs with the right answer to whether the second sentence follows, whatever class it has if not."""
    trained: bool | None
    """Whether the corpus has such pairs for training; None for all pairs together."""


def read_minimal_pairs(split: str, folders: Sequence[Path] = ()) -> list[Mapping[str, Any]]:
    """Return the pairs of a split of the corpus that ships with the package: first, second, entailment, phenomenon.

    Raises CorpusError where `folders` hold another corpus of that name.
    """
    part = read_card(CORPUS).part("pairs")
    path = place_of_split(CORPUS, part, split, folders)
    if path is None:
        raise CorpusError(f"{CORPUS}: its file of {split} is not there: install jmt again")
    rows: list[Mapping[str, Any]] = list(read_table(path, TableOptions(family="pairs")))
    if not {"entailment", _PHENOMENON} <= rows[0].keys():
        raise CorpusError(f"columns `entailment` and `{_PHENOMENON}` are needed, found {', '.join(rows[0])}", path)
    return rows


def probe_phenomena(
    judge: Judge, rows: Sequence[Mapping[str, Any]], trained: Iterable[str] = ()
) -> list[PhenomenonScore]:
    """Score the judgements of pairs whose answers are known: by phenomenon, then those `trained`, the others, and all.

    `trained` are the phenomena that the corpus has for training.
    """
    judged = judge.compare_many([(row["first"], row["second"]) for row in rows])
    found: dict[str, list[tuple[str, str]]] = {}
    for row, judgement in zip(rows, judged, strict=True):
        found.setdefault(str(row[_PHENOMENON]), []).append((row["entailment"], class_of(judgement)))
    known = set(trained)
    scores = [_score(name, answers, name in known) for name, answers in found.items()]
    for name, wanted, trains in ((TRAINED, (True,), True), (UNTRAINED, (False,), False), (ALL, (True, False), None)):
        answers = [answer for phenomenon, those in found.items() if (phenomenon in known) in wanted for answer in those]
        if answers:
            scores.append(_score(name, answers, trains))
    return scores


def _score(phenomenon: str, answers: Sequence[tuple[str, str]], trained: bool | None) -> PhenomenonScore:
    """Score (gold, predicted) classes."""
    right = sum(gold == predicted for gold, predicted in answers) / len(answers)
    follows = sum((gold == ENTAILMENT) == (predicted == ENTAILMENT) for gold, predicted in answers) / len(answers)
    return PhenomenonScore(phenomenon, len(answers), right, follows, trained)
