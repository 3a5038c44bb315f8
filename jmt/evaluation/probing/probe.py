"""A whole probe of a model: its invariants on each source of sentences, and the minimal pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jmt.evaluation.probing.invariants import InvariantScore, probe_pairs, probe_sentences
from jmt.evaluation.probing.judge import Judge, check_judge
from jmt.evaluation.probing.phenomena import TOTALS, PhenomenonScore, probe_phenomena, read_minimal_pairs
from jmt.evaluation.probing.texts import ProbeTexts

_LANGUAGE = "en"
"""Of the minimal pairs."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found."""

    itself: dict[str, list[InvariantScore]]
    """By source: a sentence beside itself, and beside itself with a change."""
    pairs: dict[str, list[InvariantScore]]
    """By source of pairs: a pair in the other order, and with a change."""
    phenomena: list[PhenomenonScore]
    """Minimal pairs by phenomenon, and their totals; empty for a model of another language."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as it stands in JSON."""
        return {
            "itself": {source: _by_name(scores) for source, scores in self.itself.items()},
            "pairs": {source: _by_name(scores) for source, scores in self.pairs.items()},
            "minimal_pairs": {
                "phenomena": _by_phenomenon(score for score in self.phenomena if score.phenomenon not in TOTALS),
                "totals": _by_phenomenon(score for score in self.phenomena if score.phenomenon in TOTALS),
            },
        }


def probe_model(judge: Judge, texts: Sequence[ProbeTexts], folders: Sequence[Path] = ()) -> Probe:
    """Probe a model with the sentences and pairs of each source, and with the minimal pairs of the test split.

    Raises:
        InputError: a model without a task `entailment` that has such a class.
    """
    check_judge(judge)
    phenomena: list[PhenomenonScore] = []
    if judge.describe()["language"] == _LANGUAGE:
        trained = {str(row["phenomenon"]) for row in read_minimal_pairs("train", folders)}
        phenomena = probe_phenomena(judge, read_minimal_pairs("test", folders), trained)
    return Probe(
        {source.name: probe_sentences(judge, source.sentences) for source in texts},
        {source.name: probe_pairs(judge, source.pairs) for source in texts if source.pairs},
        phenomena,
    )


def _by_phenomenon(scores: Iterable[PhenomenonScore]) -> dict[str, dict[str, Any]]:
    return {score.phenomenon: _without(asdict(score), "phenomenon") for score in scores}


def _by_name(scores: Sequence[InvariantScore]) -> dict[str, dict[str, Any]]:
    return {score.name.replace(" ", "_"): _without(asdict(score), "name") for score in scores}


def _without(table: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}
