"""What a comparison comes to, drawn: a row per answer, so that what is decided is seen at a glance."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.markers import CARETLEFT, CARETRIGHT, MarkerStyle

from jmt.experiments.figures import COLOURS, GREY, INK, STYLE
from jmt.experiments.judging.gate import score_sign
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.judging.verdicts import Verdict

_BAND = "#F0F0F0"
_QUIET = "#595959"

_LEFT, _RIGHT = 34, 24
"""Letters of a line of the names to the left and to the right of the rows."""
_MOST_LINES = 4
"""Of a name; what is longer is shortened."""


def verdict_figure(verdicts: Sequence[Verdict], *, margin: float) -> Figure:
    """Draw a row per answer: a mark at the difference, a line for its interval over seeds, a band for the margin.

    `above` and `below` are filled and coloured and point up and down, `the same` is a grey square, `open` is hollow.
    An interval that is far longer than any difference runs out of the picture, with an arrowhead where it is cut.
    What is measured in another unit has a panel of its own.
    """
    panels: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        panels.setdefault(_unit_of(verdict.question.endpoint), []).append(verdict)
    lines = max(
        1 + _wrapped(name, width).count("\n")
        for one in verdicts
        for name, width in ((one.question.comparison, _LEFT), (one.question.endpoint, _RIGHT))
    )
    height = 1.2 + 0.7 * len(panels) + (0.18 + 0.16 * lines) * len(verdicts)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.6, height), layout="constrained")
        FigureCanvasAgg(figure)
        ratios = [len(rows) for rows in panels.values()]
        plots = figure.subplots(len(panels), squeeze=False, height_ratios=ratios)[:, 0]
        cut = False
        for plot, (unit, rows) in zip(plots, panels.items(), strict=True):
            cut = _draw_panel(plot, rows, margin) or cut
            plot.set_title(f"Differences on dev, {unit}", loc="left", fontsize=12, color=INK, pad=12)
        figure.supxlabel(note_of(verdicts, margin, cut=cut), x=0.01, ha="left", fontsize=9, color=_QUIET)
    return figure


def _unit_of(endpoint: str) -> str:
    """Say in what differences at an endpoint are measured; those of an error have its unit, and are turned round."""
    metric = endpoint.split(" ")[-1]
    if score_sign(metric) < 0:
        return f"in units of {metric}; right of zero: less error"
    return "in percent" if metric == "%" else "in points"


def _wrapped(name: str, width: int) -> str:
    """Break a long name into lines, four at most; one that is longer ends in an ellipsis."""
    wrapper = textwrap.TextWrapper(width)
    wrapper.wordsep_re = re.compile(r"(\s+|[^\s_+,-]*[_+,-]+)")
    lines = wrapper.wrap(name)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: width - 1] + "…"]
    return "\n".join(lines)


def _draw_panel(plot: Axes, verdicts: Sequence[Verdict], margin: float) -> bool:
    """Draw the answers in one unit; return whether an interval is cut."""
    plot.axvspan(-margin, margin, color=_BAND, zorder=0)
    plot.axvline(0, color=INK, linewidth=1, zorder=1)
    limits = limits_of(verdicts, margin)
    plot.set_xlim(*limits)
    _name_rows(plot, verdicts)
    cut = [_draw_row(plot, row, verdict, limits) for row, verdict in enumerate(verdicts)]
    return any(cut)


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


def _draw_row(plot: Axes, row: int, verdict: Verdict, limits: tuple[float, float]) -> bool:
    """Draw one answer; return whether its interval is cut."""
    mean, half = verdict.difference
    colour, face, shape = {
        "above": (COLOURS[0], COLOURS[0], "^"),
        "below": (COLOURS[1], COLOURS[1], "v"),
        "the same": (_QUIET, _QUIET, "s"),
        "open": (GREY, "white", "o"),
    }[verdict.reading]
    plot.plot(mean, row, marker=shape, color=colour, markerfacecolor=face, markersize=7, zorder=3)
    if not math.isfinite(half):
        return False
    low, high = limits
    plot.plot([mean - half, mean + half], [row, row], color=colour, linewidth=1.8, zorder=2)
    heads = {low: CARETLEFT} if mean - half < low else {}
    heads |= {high: CARETRIGHT} if mean + half > high else {}
    for end, head in heads.items():
        plot.scatter(end, row, marker=MarkerStyle(head), color=colour, s=60, linewidths=0, clip_on=False, zorder=2)
    return bool(heads)


def _name_rows(plot: Axes, verdicts: Sequence[Verdict]) -> None:
    """Write to the left what is compared, to the right what it is judged by."""
    rows = range(len(verdicts))
    plot.set_yticks(rows, [_wrapped(verdict.question.comparison, _LEFT) for verdict in verdicts])
    plot.set_ylim(len(verdicts) - 0.5, -0.5)
    right = plot.twinx()
    right.set_yticks(rows, [_wrapped(verdict.question.endpoint, _RIGHT) for verdict in verdicts])
    right.set_ylim(len(verdicts) - 0.5, -0.5)
    plot.grid(axis="x", color="#E8E8E8", zorder=0)
    plot.set_axisbelow(True)
    for axes in (plot, right):
        axes.tick_params(length=0, labelcolor=INK)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color("#C8C8C8")
    right.tick_params(labelcolor=_QUIET)


def note_of(verdicts: Sequence[Verdict], margin: float, *, cut: bool = False) -> str:
    """Say how to read the marks, and arrowheads where an interval is cut."""
    counts = sorted({len(verdict.question.differences) for verdict in verdicts})
    if counts[-1] == 1:
        return (
            f"One seed: no interval, and nothing is decided: all is open (hollow). The band is the margin, ±{margin:g}."
        )
    seeds = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return (
        f"Lines: {CONFIDENCE:.0%} t-interval over {seeds} seeds, paired. Filled, up or down: above or below, corrected "
        f"for {len(verdicts)} comparisons (Holm).\n"
        f"Grey square: the same within ±{margin:g}, the band. Hollow: open, these seeds do not tell."
        + ("\nArrowhead: the interval goes on beyond the picture." if cut else "")
    )
