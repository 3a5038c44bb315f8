"""The figure of a comparison of methods: per task, how far each one lies from the tuned sum."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.markers import CARETLEFT, CARETRIGHT, MarkerStyle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from jmt.experiments.figures import COLOURS, GREY, INK, STYLE, fill_note
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.methods.effects import Effect
from jmt.experiments.methods.variants import BASELINE

LEAST_REACH = 0.5
"""Points that a panel shows on both sides of zero at least, so that small differences do not look large."""

_FAR = 12
"""Times what the middle row of a panel needs; what lies farther off does not stretch the panel for all others."""


def method_figure(effects: Sequence[Effect]) -> Figure:
    """Draw a panel per task, a row per method: a dot at the difference in points, a line for its interval over seeds.

    What is open is a hollow grey dot, what is not a filled coloured one.  A difference that is far larger than the
    others of its panel is an arrow at the edge, with the number.
    """
    panels = list(dict.fromkeys((effect.task, effect.metric) for effect in effects))
    methods = list(dict.fromkeys(effect.method for effect in effects))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(1.4 + 2.3 * len(panels), 1.9 + 0.36 * len(methods)), layout="constrained")
        FigureCanvasAgg(figure)
        plots = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        cut = False
        for plot, (task, metric) in zip(plots, panels, strict=True):
            cut = _draw_panel(plot, [effect for effect in effects if effect.task == task], methods) or cut
            plot.set_title(f"{task}\n{metric}", fontsize=10.5, color=INK)
        plots[0].set_yticks(range(len(methods)), methods)
        plots[0].set_ylim(len(methods) - 0.5, -0.5)
        figure.suptitle(f"Difference from the tuned {BASELINE} on dev, in points", x=0.01, ha="left", color=INK)
        figure.supxlabel(
            fill_note(note_of(effects, cut=cut), figure.get_figwidth()), x=0.01, ha="left", fontsize=9, color="#595959"
        )
    return figure


def _draw_panel(plot: Axes, effects: Sequence[Effect], methods: Sequence[str]) -> bool:
    """Draw one task, zero in the middle; return whether something lies beyond the panel."""
    reach = _reach_of(effects)
    plot.axvline(0, color=INK, linewidth=1, zorder=1)
    plot.set_xlim(-1.08 * reach, 1.08 * reach)
    cut = [_draw_row(plot, methods.index(effect.method), effect, 1.08 * reach) for effect in effects]
    plot.xaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    plot.grid(axis="x", color="#E8E8E8", zorder=0)
    plot.set_axisbelow(True)
    plot.tick_params(length=0, labelcolor=INK)
    for side in ("top", "right", "left"):
        plot.spines[side].set_visible(False)
    plot.spines["bottom"].set_color("#C8C8C8")
    return any(cut)


def _reach_of(effects: Sequence[Effect]) -> float:
    """Return the points that a panel shows on both sides of zero: all but what is far larger than the others."""
    needs = [_need_of(effect) for effect in effects]
    bound = _FAR * max(LEAST_REACH, statistics.median_low(needs))
    return max(LEAST_REACH, *(need for need in needs if need <= bound))


def _need_of(effect: Effect) -> float:
    """Return how far from zero the end of an interval lies, in points."""
    mean, half = 100 * abs(effect.gain.mean), 100 * effect.gain.half
    return mean + (half if math.isfinite(half) else 0.0)


def _draw_row(plot: Axes, row: int, effect: Effect, edge: float) -> bool:
    """Draw one method; return whether it, or its interval, lies beyond the edge."""
    mean, half = 100 * effect.gain.mean, 100 * effect.gain.half
    colour = GREY if effect.is_open else COLOURS[0] if mean > 0 else COLOURS[1]
    low, high = (mean - half, mean + half) if math.isfinite(half) else (mean, mean)
    if low < high:
        plot.plot([low, high], [row, row], color=colour, linewidth=1.8, zorder=2)
    if abs(mean) <= edge:
        face = "white" if effect.is_open else colour
        shape = "o" if effect.is_open else "^" if mean > 0 else "v"
        plot.plot(mean, row, marker=shape, color=colour, markerfacecolor=face, markersize=7, zorder=3)
    else:
        plot.annotate(
            f"{mean:+.1f}".replace("-", "−"),
            (math.copysign(edge, mean), row),
            xytext=(math.copysign(10, -mean), 0),
            textcoords="offset points",
            ha="right" if mean > 0 else "left",
            va="center",
            fontsize=8.5,
            color=INK,
            path_effects=[withStroke(linewidth=3, foreground="white")],
            zorder=4,
        )
    heads = {-edge: CARETLEFT} if low < -edge else {}
    heads |= {edge: CARETRIGHT} if high > edge else {}
    for end, head in heads.items():
        plot.scatter(end, row, marker=MarkerStyle(head), color=colour, s=60, linewidths=0, clip_on=False, zorder=3)
    return bool(heads)


def note_of(effects: Sequence[Effect], *, cut: bool = False) -> str:
    """Say how to read the marks, and arrows where something lies beyond a panel."""
    counts = sorted({effect.seeds for effect in effects})
    seeds = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    lines = (
        f"Lines: {CONFIDENCE:.0%} t-interval over {seeds} seeds, paired."
        if counts[-1] > 1
        else "One seed: no interval."
    )
    return (
        f"{lines} Right of zero is better. Hollow grey: open; filled, up or down: above or below, over seeds and "
        f"over dev examples, corrected for {len(effects)} comparisons (Holm). Scales differ between tasks."
        + (" Arrow: it goes on beyond the panel; a number is where the mark would be." if cut else "")
    )
