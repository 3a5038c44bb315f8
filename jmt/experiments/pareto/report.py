"""A comparison by Pareto dominance as a table, as Markdown and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from jmt.experiments.comparison import mean_over_seeds
from jmt.experiments.judging.intervals import CONFIDENCE, Interval
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.pareto.candidates import Candidate, value_text
from jmt.experiments.pareto.dominance import Comparison

_MOST_KEYS = 6
"""Keys that a note names before it counts the others."""


def front_first(candidates: Sequence[Candidate], comparison: Comparison) -> list[Candidate]:
    """Put the candidates on the front before the others; within both there is no ranking."""
    front = comparison.front
    return sorted(candidates, key=lambda candidate: candidate.name not in front)


def candidate_table(candidates: Sequence[Candidate], comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: one row a candidate, numbered, so that rows can name each other."""
    tasks = [f"{task} {metric}" for task, metric in comparison.columns]
    known = _has_stationarity(candidates)
    header = ["#", "candidate", "seeds", *tasks, *(["stationarity"] if known else []), "front", "dominated by"]
    numbers = {candidate.name: str(number) for number, candidate in enumerate(candidates, 1)}
    rows = []
    for candidate in candidates:
        dominators = sorted((numbers[name] for name in comparison.dominators[candidate.name]), key=int)
        rows.append(
            [
                numbers[candidate.name],
                candidate.name,
                str(len(candidate.runs)),
                *(score(mean_over_seeds(candidate.seeds, *column)) for column in comparison.columns),
                *([_stationarity_text(candidate.stationarity)] if known else []),
                "no" if dominators else "yes",
                ", ".join(dominators) or "-",
            ]
        )
    return header, rows


def _has_stationarity(candidates: Sequence[Candidate]) -> bool:
    """Whether any candidate has one on record: only methods that look at gradients leave it."""
    return any(candidate.stationarity is not None for candidate in candidates)


def _stationarity_text(value: float | None) -> str:
    """Write how near to Pareto stationarity a candidate ended."""
    return "-" if value is None else f"{value:.4f}"


def reading_notes(candidates: Sequence[Candidate], comparison: Comparison) -> list[str]:
    """Return what a reader of the table must know, one sentence a line."""
    lines = [
        "Dev scores at the last evaluated epoch. A candidate dominates another where it is worse on no task and better "
        "on one at least, by more than a tolerance; the front is what none dominates."
    ]
    bases = {gap.basis for gaps in comparison.gaps.values() for gap in gaps.values()}
    if bases - {"fixed"}:
        lines.append(
            f"±: half of the {CONFIDENCE:.0%} interval (Student's t) over seeds; tolerances are those of differences, "
            "task by task" + ("." if bases & {"seeds", "fixed"} else ", paired by seed.")
        )
    if "fixed" in bases:
        lines.append(
            f"Where a candidate has one seed the tolerance is {comparison.tolerance:g}: what lies beyond it may still "
            "be noise between seeds."
        )
    if _has_stationarity(candidates):
        lines.append(
            "Stationarity, near the end of training: the length of the shortest weighted mean of the tasks' gradients, "
            "as a share of their mean length; 0: no step lowers every loss. Only runs that combine gradients record it."
        )
    if "no spread" in bases:
        lines.append(
            f"Where all seeds differ by the same, the tolerance is {comparison.tolerance:g}, too: other seeds may not."
        )
    if not comparison.front:
        lines.append(
            "Nothing is on the front: candidates dominate each other in a circle, which tolerances allow; more seeds "
            "or a smaller tolerance can break it."
        )
    named = {key for candidate in candidates for key in candidate.named_by}
    if others := sorted({key for candidate in candidates for key in candidate.differences} - named):
        more = f" and {len(others) - _MOST_KEYS} more" if len(others) > _MOST_KEYS else ""
        lines.append(f"The candidates differ in more than their names say: {', '.join(others[:_MOST_KEYS])}{more}.")
    return lines


def pareto_markdown(candidates: Sequence[Candidate], comparison: Comparison) -> str:
    """Return pareto.md: the table, the notes, and every key in which candidates differ."""
    header, rows = candidate_table(candidates, comparison)
    lines = [*markdown_table(header, rows), "", *reading_notes(candidates, comparison)]
    if keys := sorted({key for candidate in candidates for key in candidate.differences}):
        told = [
            [key, *(value_text(candidate.differences.get(key)) for candidate in candidates)] for key in keys
        ]  # numbers name the candidates, as in the table above
        lines += ["", *markdown_table(["key", *(row[0] for row in rows)], told)]
    return "\n".join(lines) + "\n"


def pareto_json(candidates: Sequence[Candidate], comparison: Comparison) -> dict[str, Any]:
    """Return pareto.json: what was compared, by what tolerances, and with which outcome."""
    return {
        "tasks": dict(comparison.columns),
        "tolerance": comparison.tolerance,
        "confidence": CONFIDENCE,
        "front": comparison.front,
        "candidates": [_candidate_json(candidate, comparison) for candidate in candidates],
        "comparisons": [
            {
                "first": first,
                "second": second,
                "tasks": {task: gap._asdict() for (task, _), gap in gaps.items()},
            }
            for (first, second), gaps in comparison.gaps.items()
        ],
    }


def _candidate_json(candidate: Candidate, comparison: Comparison) -> dict[str, Any]:
    """Return one candidate with all of its runs."""
    return {
        "name": candidate.name,
        "differences": dict(candidate.differences),
        "scores": {
            task: {"mean": found.mean, "half": found.half if math.isfinite(found.half) else None}
            for task, metric in comparison.columns
            for found in [mean_over_seeds(candidate.seeds, task, metric)]
        },
        "stationarity": candidate.stationarity,
        "on_front": not comparison.dominators[candidate.name],
        "dominated_by": list(comparison.dominators[candidate.name]),
        "runs": [
            {
                "folder": str(run.folder),
                "seed": run.seed,
                "epoch": run.epoch,
                "scores": {task: run.scores[task][metric] for task, metric in comparison.columns},
                "stationarity": run.stationarity,
            }
            for run in candidate.runs
        ],
    }


def score(value: Interval) -> str:
    """Write a mean, with its interval where there is one."""
    return f"{value.mean:.4f}" + (f" ± {value.half:.4f}" if math.isfinite(value.half) else "")
