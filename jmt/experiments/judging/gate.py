"""What counts as learned: a score above every answer without a model.  Two that are not above it are not compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jmt.cascade.kinds import sign_of
from jmt.experiments.unknown_words import UNKNOWN

_MARK = " †"
"""Stands beside a score that some answer without a model reaches."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What answers without a model score; without any, everything passes."""

    baselines: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    """Name to task to metric to score."""

    def passes(self, task: str, metric: str, *scores: float) -> bool:
        """Whether one of these scores, means over seeds, is better than every answer without a model."""
        known = [of[task][metric] for of in self.baselines.values() if metric in of.get(task, ())]
        if not known:
            return True
        sign = score_sign(metric)
        return max(sign * score for score in scores) > max(sign * score for score in known)

    def mark(self, task: str, metric: str, score: float) -> str:
        """Return what stands beside a score: nothing where it passes."""
        return "" if self.passes(task, metric, score) else _MARK


def score_sign(metric: str) -> int:
    """Return what a score is multiplied by so that more is better: -1 of an error, of unknown words, too."""
    return sign_of(metric.removeprefix(f"{UNKNOWN} "))


OPEN_GATE = Gate()
"""Nothing is known of answers without a model."""


def not_judged(names: list[str]) -> list[str]:
    """Return the lines of a report that name the comparisons which were not judged, none where all were."""
    if not names:
        return []
    return ["", f"Not judged, since neither side beats an answer without a model: {'; '.join(names)}."]
