"""Figures of experiments, drawn without a display and without the global state of pyplot (the extra `figures`)."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Of Okabe and Ito: told apart with any kind of colour vision; markers tell apart what a page without colour shows."""

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#A6A6A6"
INK = "#333333"

LABEL_HEIGHT = 0.055
"""Of a label, as a share of an axis."""

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "jmt",
    "font.size": 10.0,
    "font.family": ["DejaVu Sans"],
    "text.parse_math": False,
}
"""Text stays text in SVG, the same figure gives the same file, and a `$` in a name is a `$`."""


class Axis(NamedTuple):
    """One vertical axis."""

    label: str
    inverted: bool = False
    """Whether small values are at the top: for errors, so that up is better everywhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line across all axes."""

    label: str
    values: Sequence[float]
    halves: Sequence[float]
    """Half-widths of the intervals around the values; infinite where there is none."""
    emphasized: bool


class Scale(NamedTuple):
    """The values at the ends of an axis."""

    bottom: float
    top: float

    def height(self, value: float) -> float:
        """Return where a value lies, 0 at the bottom and 1 at the top."""
        return (value - self.bottom) / (self.top - self.bottom)


def parallel_coordinates(
    axes: Sequence[Axis], lines: Sequence[Line], *, title: str, note: str = "", least_span: float = 0.0
) -> Figure:
    """Draw one line per thing compared across one axis per measure, each with a scale of its own.

    Emphasized lines are bold and coloured, with their intervals, the others grey behind them; every line has its label
    at the right end.
    No axis shows less than `least_span`, so that small differences do not look large.
    """
    width = 1.9 * max(len(axes), 2) + 0.09 * max(len(line.label) for line in lines)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, max(4.6, 0.33 * len(lines) + 1.6)), layout="constrained")
        FigureCanvasAgg(figure)
        plot = figure.add_subplot()
        scales = [
            scale_of(axis, [(line.values[n], line.halves[n] if line.emphasized else 0.0) for line in lines], least_span)
            for n, axis in enumerate(axes)
        ]
        for place, scale in enumerate(scales):
            _draw_axis(plot, place, scale)
        ordered = sorted(lines, key=lambda line: line.emphasized)  # what is emphasized is drawn on top
        chosen = iter(_accents(sum(line.emphasized for line in lines)))
        ends = [_draw_line(plot, line, scales, next(chosen) if line.emphasized else None) for line in ordered]
        _draw_labels(plot, ordered, ends, len(axes) - 1)
        plot.set_xlim(-0.35, len(axes) - 1 + 0.2)
        plot.set_ylim(-0.02, 1.02)
        plot.set_yticks([])
        plot.set_xticks(range(len(axes)), [axis.label for axis in axes])
        plot.tick_params(axis="x", length=0, pad=8, labelsize=10.5, labelcolor=INK)
        for spine in plot.spines.values():
            spine.set_visible(False)
        plot.set_title(title, loc="left", fontsize=12, color=INK, pad=12)
        if note:
            figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color="#595959")
    return figure


def save_figure(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a figure as PNG and as SVG, and return both paths."""
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    with matplotlib.rc_context(STYLE):
        figure.savefig(paths[0], dpi=160, bbox_inches="tight", metadata={"Software": None})
        figure.savefig(paths[1], bbox_inches="tight", metadata={"Date": None})
    return paths


def fill_note(note: str, width: float) -> str:
    """Break a note, in the small type of a figure's foot, into lines that a figure of so many inches has room for."""
    return textwrap.fill(note, int(13.5 * width))


def scale_of(axis: Axis, values: Sequence[tuple[float, float]], least_span: float) -> Scale:
    """Return a scale that holds all values with their intervals and a margin."""
    halves = [half if math.isfinite(half) else 0.0 for _, half in values]
    low = min(value - half for (value, _), half in zip(values, halves, strict=True))
    high = max(value + half for (value, _), half in zip(values, halves, strict=True))
    span = max(high - low, least_span, 1e-9)
    middle, reach = (low + high) / 2, 0.54 * span
    return Scale(middle + reach, middle - reach) if axis.inverted else Scale(middle - reach, middle + reach)


def _draw_axis(plot: Axes, place: int, scale: Scale) -> None:
    """Draw a vertical line with a few values beside it."""
    plot.plot([place, place], [0, 1], color="#C8C8C8", linewidth=1, zorder=1)
    low, high = sorted(scale)
    ticks = [float(tick) for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]
    digits = digits_of(min((later - earlier for earlier, later in pairwise(ticks)), default=high - low))
    for tick in ticks:
        height = scale.height(tick)
        plot.plot([place - 0.025, place], [height, height], color="#C8C8C8", linewidth=1, zorder=1)
        plot.text(
            place - 0.04,
            height,
            f"{tick:.{digits}f}",
            ha="right",
            va="center",
            fontsize=8,
            color="#595959",
            zorder=6,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )


def digits_of(step: float) -> int:
    """Return how many decimals tell multiples of a step apart."""
    return next((digits for digits in range(9) if abs(round(step, digits) - step) < 1e-3 * step), 9)


class Accent(NamedTuple):
    """What sets one emphasized line apart from the others."""

    colour: str
    marker: str
    dashes: str
    shift: float
    """How far it is moved sideways, so that intervals at one axis lie side by side."""


def _accents(count: int) -> list[Accent]:
    """Return as many accents as there are emphasized lines."""
    step = min(0.03, 0.2 / max(count, 1))
    return [
        Accent(
            COLOURS[number % len(COLOURS)],
            _MARKERS[number % len(_MARKERS)],
            "-" if number < len(COLOURS) else "--",
            step * (number - (count - 1) / 2),
        )
        for number in range(count)
    ]


def _draw_line(plot: Axes, line: Line, scales: Sequence[Scale], accent: Accent | None) -> tuple[float, str]:
    """Draw a line, an emphasized one with its intervals; return the height of its right end, and its colour."""
    heights = [scale.height(value) for scale, value in zip(scales, line.values, strict=True)]
    if accent is None:
        plot.plot(range(len(scales)), heights, color=GREY, marker=".", linewidth=1.1, markersize=6, zorder=2)
        return heights[-1], GREY
    colour, marker, dashes, shift = accent
    across = [place + shift for place in range(len(scales))]
    plot.plot(across, heights, color=colour, marker=marker, linestyle=dashes, linewidth=2.4, markersize=6.5, zorder=4)
    for place, value, half, scale in zip(across, line.values, line.halves, scales, strict=True):
        if math.isfinite(half):
            ends = [scale.height(value - half), scale.height(value + half)]
            plot.plot([place, place], ends, color=colour, linewidth=1.4, zorder=5)
    return heights[-1], colour


def _draw_labels(plot: Axes, lines: Sequence[Line], ends: Sequence[tuple[float, str]], last: int) -> None:
    """Write the labels of all lines to the right of the last axis, none over another."""
    for line, (height, colour), free in zip(lines, ends, spread_heights([height for height, _ in ends]), strict=True):
        plot.plot([last + 0.13, last + 0.2], [height, free], color=colour, linewidth=0.8, clip_on=False, zorder=2)
        plot.text(
            last + 0.215,
            free,
            line.label,
            ha="left",
            va="center",
            fontsize=10.5 if line.emphasized else 9,
            fontweight="bold" if line.emphasized else "normal",
            color=colour if line.emphasized else "#767676",
        )


def spread_heights(heights: Sequence[float], *, room: float = LABEL_HEIGHT) -> list[float]:
    """Move heights as little as a pass up and one down allow until neighbours are `room` apart, within [0, 1]."""
    order = sorted(range(len(heights)), key=lambda number: heights[number])
    room = min(room, 1 / max(len(heights) - 1, 1))
    moved = list(heights)
    for below, number in zip([None, *order], order, strict=False):
        floor = 0.0 if below is None else moved[below] + room
        moved[number] = max(moved[number], floor)
    ceiling = 1.0
    for number in reversed(order):
        moved[number] = min(moved[number], ceiling)
        ceiling = moved[number] - room
    return moved
