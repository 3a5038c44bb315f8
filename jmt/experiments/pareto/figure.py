"""The figure of a comparison by Pareto dominance: a line for every candidate across the tasks."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from jmt.cascade.kinds import ERRORS
from jmt.experiments.comparison import mean_over_seeds
from jmt.experiments.figures import Axis, Line, parallel_coordinates
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.pareto.candidates import Candidate
from jmt.experiments.pareto.dominance import Comparison

_LEAST_SPAN = 5
"""An axis shows so many tolerances at least."""


def pareto_figure(candidates: Sequence[Candidate], comparison: Comparison) -> Figure:
    """Draw the front bold and coloured, and what is dominated in grey."""
    front = comparison.front
    lines = []
    for candidate in candidates:
        found = [mean_over_seeds(candidate.seeds, *column) for column in comparison.columns]
        lines.append(
            Line(
                label=candidate.label,
                values=[value.mean for value in found],
                halves=[value.half for value in found],
                emphasized=candidate.name in front,
            )
        )
    seeds = any(len(candidate.runs) > 1 for candidate in candidates)
    named = ", ".join(candidates[0].named_by)
    note = "Bold: on the Pareto front. Grey: dominated. Up is better on every axis."
    return parallel_coordinates(
        [Axis(f"{task}\n{metric}", inverted=metric in ERRORS) for task, metric in comparison.columns],
        lines,
        title=f"Dev scores by {named}" if named else "Dev scores",
        note=note + (f" Bars: {CONFIDENCE:.0%} interval over seeds." if seeds else ""),
        least_span=_LEAST_SPAN * comparison.tolerance,
    )
