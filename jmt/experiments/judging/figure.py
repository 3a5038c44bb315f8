"""What a comparison comes to, drawn: a row per answer, so that what is decided is seen at a glance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from jmt.experiments.figures import COLOURS, GREY, INK, STYLE
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.judging.verdicts import Verdict

_BAND = "#F0F0F0"
_QUIET = "#595959"


def verdict_figure(verdicts: Sequence[Verdict], *, margin: float) -> Figure:
    """Draw a row per answer: a mark at the difference, a line for its interval over seeds, a band for the margin.

    `above` and `below` are filled and coloured and point up and down, `the same` is a grey square, `open` is hollow.
    An interval that is far longer than any difference runs out of the picture.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.6, 1.9 + 0.34 * len(verdicts)), layout="constrained")
        FigureCanvasAgg(figure)
        plot = figure.add_subplot()
        plot.axvspan(-margin, margin, color=_BAND, zorder=0)
        plot.axvline(0, color=INK, linewidth=1, zorder=1)
        for row, verdict in enumerate(verdicts):
            _draw_row(plot, row, verdict)
        low, high = limits_of(verdicts, margin)
        plot.set_xlim(low, high)
        _name_rows(plot, verdicts)
        unit = "percent" if all(verdict.question.endpoint.endswith("%") for verdict in verdicts) else "points"
        plot.set_title(f"Differences on dev, in {unit}", loc="left", fontsize=12, color=INK, pad=12)
        figure.supxlabel(note_of(verdicts, margin), x=0.01, ha="left", fontsize=9, color=_QUIET)
    return figure


def limits_of(verdicts: Sequence[Verdict], margin: float) -> tuple[float, float]:
    """Return the ends of the axis: all differences, intervals that are decided or short, and the margin twice."""
    ends = [-2 * margin, 2 * margin, *(verdict.difference.mean for verdict in verdicts)]
    ends += _ends([verdict for verdict in verdicts if verdict.reading != "open"])
    short = 0.25 * (max(ends) - min(ends))
    ends += _ends([verdict for verdict in verdicts if verdict.difference.half <= short])
    low, high = min(ends), max(ends)
    spare = 0.04 * (high - low)
    return low - spare, high + spare


def _ends(verdicts: Sequence[Verdict]) -> list[float]:
    """Return both ends of every interval."""
    return [
        mean + side * half
        for mean, half in (one.difference for one in verdicts)
        if math.isfinite(half)
        for side in (-1, 1)
    ]


def _draw_row(plot: Axes, row: int, verdict: Verdict) -> None:
    """Draw one answer."""
    mean, half = verdict.difference
    colour, face, shape = {
        "above": (COLOURS[0], COLOURS[0], "^"),
        "below": (COLOURS[1], COLOURS[1], "v"),
        "the same": (_QUIET, _QUIET, "s"),
        "open": (GREY, "white", "o"),
    }[verdict.reading]
    if math.isfinite(half):
        plot.plot([mean - half, mean + half], [row, row], color=colour, linewidth=1.8, zorder=2)
    plot.plot(mean, row, marker=shape, color=colour, markerfacecolor=face, markersize=7, zorder=3)


def _name_rows(plot: Axes, verdicts: Sequence[Verdict]) -> None:
    """Write to the left what is compared, to the right what it is judged by."""
    rows = range(len(verdicts))
    plot.set_yticks(rows, [verdict.question.comparison for verdict in verdicts])
    plot.set_ylim(len(verdicts) - 0.5, -0.5)
    right = plot.twinx()
    right.set_yticks(rows, [verdict.question.endpoint for verdict in verdicts])
    right.set_ylim(len(verdicts) - 0.5, -0.5)
    plot.grid(axis="x", color="#E8E8E8", zorder=0)
    plot.set_axisbelow(True)
    for axes in (plot, right):
        axes.tick_params(length=0, labelcolor=INK)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color("#C8C8C8")
    right.tick_params(labelcolor=_QUIET)


def note_of(verdicts: Sequence[Verdict], margin: float) -> str:
    """Say how to read the marks."""
    counts = sorted({len(verdict.question.differences) for verdict in verdicts})
    seeds = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    lines = f"Lines: {CONFIDENCE:.0%} t-interval over {seeds} seeds" if counts[-1] > 1 else "One seed: no interval"
    return (
        f"{lines}, paired. Filled, up or down: above or below, corrected for {len(verdicts)} comparisons (Holm).\n"
        f"Grey square: the same within ±{margin:g}, the band. Hollow: open, these seeds do not tell."
    )
