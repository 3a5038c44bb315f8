"""What a comparison comes to: the one standard by which all differences between networks are judged.

A question is asked of one endpoint, named before anything runs.  A difference counts where a paired t-test over seeds,
corrected by Holm's method for all questions of the report, says that it is not chance.  Two networks are the same where
two one-sided tests (Schuirmann 1987), corrected alike, say that they differ by less than a margin.  All else is open,
and beside it stands from which difference on these seeds would have decided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from jmt.experiments.judging.holm import holm
from jmt.experiments.judging.intervals import Interval, student_interval
from jmt.experiments.judging.margin import MARGIN
from jmt.experiments.judging.tables import markdown_table

ALPHA = 0.05

_ANY = 100.0
"""Points."""

_SMALL = 0.0001
"""Below this, how small a p is says nothing more."""

_ROUNDING = 1e-9
"""What equal scores may differ by."""


@dataclass(frozen=True, slots=True)
class Question:
    """One comparison at one endpoint."""

    comparison: str
    """What is compared: `cascade - flat`."""
    endpoint: str
    """What it is judged by: `dep las`."""
    differences: tuple[float, ...]
    """By seed, in points or percent; more is better."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a question."""

    question: Question
    difference: Interval
    visible: float
    """The smallest mean difference that would have counted with as many seeds, spread as these are, beside the others;
    infinite where there is no spread to go by."""
    p: float
    """That there is no difference, corrected."""
    p_apart: float
    """That the difference is no smaller than the margin, corrected."""

    @property
    def decided(self) -> bool:
        """Whether one is better than the other."""
        return self.p <= ALPHA

    @property
    def reading(self) -> str:
        """The answer in words."""
        if self.decided:
            return "above" if self.difference.mean > 0 else "below"
        return "the same" if self.p_apart <= ALPHA else "open"


def judge(questions: Sequence[Question], *, margin: float = MARGIN) -> list[Verdict]:
    """Answer all questions of a report; each has one difference at least."""
    plain = [t_test(one.differences) for one in questions]
    chance = holm(dict(enumerate(plain)))
    apart = holm({place: _p_apart(one.differences, margin) for place, one in enumerate(questions)})
    return [
        Verdict(
            one,
            student_interval(one.differences),
            _visible(one.differences, _critical(plain[:place] + plain[place + 1 :])),
            chance[place],
            apart[place],
        )
        for place, one in enumerate(questions)
    ]


def t_test(differences: Sequence[float]) -> float:
    """Return the two-sided p-value that the mean of paired differences is zero; 1 of a single one.

    Where all are equal, as scores over few examples can be, there is no spread to hold them against: a sign test.
    """
    mean, error = _mean_and_error(differences)
    if error == 0:
        return 1.0 if abs(mean) <= _ROUNDING else 2.0 ** (1 - len(differences))
    if math.isinf(error):
        return 1.0
    return float(2 * stats.t.sf(abs(mean) / error, len(differences) - 1))


def _p_apart(differences: Sequence[float], margin: float) -> float:
    """Return the p-value that the mean lies outside of plus or minus the margin, the larger of two one-sided ones."""
    mean, error = _mean_and_error(differences)
    if error == 0:
        return 2.0 ** -len(differences) if abs(mean) < margin else 1.0
    if math.isinf(error):
        return 1.0
    return float(stats.t.sf((margin - abs(mean)) / error, len(differences) - 1))


def _critical(others: Sequence[float]) -> float:
    """Return the largest p at which Holm's method still decides a question beside others with these p-values.

    Each of them that is decided anyhow, from the smallest on, takes one from what the question is corrected for.
    """
    left = len(others) + 1
    for p in sorted(others):
        if p * left > ALPHA:
            break
        left -= 1
    return ALPHA / left


def _visible(differences: Sequence[float], critical: float) -> float:
    """Return the difference whose p would be just small enough, infinite without a spread."""
    _, error = _mean_and_error(differences)
    if error == 0 or math.isinf(error):
        return math.inf
    return float(stats.t.isf(critical / 2, len(differences) - 1)) * error


def _mean_and_error(differences: Sequence[float]) -> tuple[float, float]:
    """Return the mean and its standard error; that is infinite where one value alone says nothing of the spread."""
    count = len(differences)
    mean = sum(differences) / count
    if count < 2:
        return mean, math.inf
    if max(differences) - min(differences) <= _ROUNDING:  # roundings would leave a spread
        return mean, 0.0
    return mean, math.sqrt(sum((value - mean) ** 2 for value in differences) / (count - 1) / count)


def verdict_lines(
    verdicts: Sequence[Verdict], *, margin: float = MARGIN, title: str = "## What it comes to"
) -> list[str]:
    """Return the Markdown lines of a report's judgement, none where there is nothing to judge."""
    if not verdicts:
        return []
    rows = [
        [
            one.question.comparison,
            one.question.endpoint,
            len(one.question.differences),
            _difference_text(one.difference),
            _visible_text(one.visible),
            f"{one.p:.4f}" if one.p >= _SMALL else f"< {_SMALL}",
            f"**{one.reading}**" if one.decided else one.reading,
        ]
        for one in verdicts
    ]
    header = ["comparison", "judged by", "seeds", "difference", "smallest visible", "p (Holm)", "reads as"]
    return [
        title,
        "",
        f"Each row is judged by one endpoint, fixed before the runs. A difference counts where p is at most "
        f"{ALPHA:g}: of a t-test paired by seed, corrected by Holm's method for the {len(verdicts)} rows here. "
        f"`the same`: within ±{margin:g} by two one-sided tests, corrected alike, where it does not count. `open`: "
        "these seeds do not tell. `smallest visible`: the difference from which on these seeds, spread as they are, "
        "and beside the other rows, would have counted; a true one of that size is missed every other time. Empty "
        "where seeds have no spread.",
        "",
        *markdown_table(header, rows),
    ]


def _visible_text(value: float) -> str:
    """Return the smallest visible difference; beyond a hundred points its size says nothing."""
    if not math.isfinite(value):
        return ""
    return f"{value:.2f}" if value <= _ANY else f"> {_ANY:g}"


def _difference_text(value: Interval) -> str:
    """Return a difference in points, with half of its interval where seeds differ."""
    return f"{value.mean:+.2f}" + (f" ± {value.half:.2f}" if _ROUNDING < value.half < math.inf else "")


def verdict_json(verdict: Verdict) -> dict[str, float | int | str | None]:
    """Return an answer for programs; what is not known is null."""
    return {
        "comparison": verdict.question.comparison,
        "endpoint": verdict.question.endpoint,
        "seeds": len(verdict.question.differences),
        "difference": verdict.difference.mean,
        "half": _finite(verdict.difference.half),
        "smallest_visible": _finite(verdict.visible),
        "p_holm": verdict.p,
        "p_apart_holm": verdict.p_apart,
        "reads_as": verdict.reading,
    }


def _finite(value: float) -> float | None:
    """Return a number that JSON has."""
    return value if math.isfinite(value) else None
