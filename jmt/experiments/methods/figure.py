"""The figure of a comparison of methods: per task, how far each one lies from the tuned sum."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from jmt.experiments.figures import COLOURS, GREY, INK, STYLE
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.methods.effects import Effect
from jmt.experiments.methods.variants import BASELINE

LEAST_REACH = 0.5
"""Points that a panel shows on both sides of zero at least, so that small differences do not look large."""


def method_figure(effects: Sequence[Effect]) -> Figure:
    """Draw a panel per task, a row per method: a dot at the difference in points, a line for its interval over seeds.

    What is open is a hollow grey dot, what is not a filled coloured one.
    """
    panels = list(dict.fromkeys((effect.task, effect.metric) for effect in effects))
    methods = list(dict.fromkeys(effect.method for effect in effects))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(1.4 + 2.3 * len(panels), 1.9 + 0.36 * len(methods)), layout="constrained")
        FigureCanvasAgg(figure)
        plots = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for plot, (task, metric) in zip(plots, panels, strict=True):
            _draw_panel(plot, [effect for effect in effects if effect.task == task], methods)
            plot.set_title(f"{task}\n{metric}", fontsize=10.5, color=INK)
        plots[0].set_yticks(range(len(methods)), methods)
        plots[0].set_ylim(len(methods) - 0.5, -0.5)
        figure.suptitle(f"Difference from the tuned {BASELINE} on dev, in points", x=0.01, ha="left", color=INK)
        figure.supxlabel(note_of(effects), x=0.01, ha="left", fontsize=9, color="#595959")
    return figure


def _draw_panel(plot: Axes, effects: Sequence[Effect], methods: Sequence[str]) -> None:
    """Draw one task, zero in the middle."""
    reach = LEAST_REACH
    plot.axvline(0, color=INK, linewidth=1, zorder=1)
    for effect in effects:
        row, mean, half = methods.index(effect.method), 100 * effect.gain.mean, 100 * effect.gain.half
        colour = GREY if effect.is_open else COLOURS[0] if mean > 0 else COLOURS[1]
        if math.isfinite(half):
            plot.plot([mean - half, mean + half], [row, row], color=colour, linewidth=1.8, zorder=2)
        face = "white" if effect.is_open else colour
        shape = "o" if effect.is_open else "^" if mean > 0 else "v"
        plot.plot(mean, row, marker=shape, color=colour, markerfacecolor=face, markersize=7, zorder=3)
        reach = max(reach, abs(mean) + (half if math.isfinite(half) else 0.0))
    plot.set_xlim(-1.08 * reach, 1.08 * reach)
    plot.xaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    plot.grid(axis="x", color="#E8E8E8", zorder=0)
    plot.set_axisbelow(True)
    plot.tick_params(length=0, labelcolor=INK)
    for side in ("top", "right", "left"):
        plot.spines[side].set_visible(False)
    plot.spines["bottom"].set_color("#C8C8C8")


def note_of(effects: Sequence[Effect]) -> str:
    """Say how to read the marks."""
    counts = sorted({effect.seeds for effect in effects})
    seeds = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    lines = (
        f"Lines: {CONFIDENCE:.0%} t-interval over {seeds} seeds, paired."
        if counts[-1] > 1
        else "One seed: no interval."
    )
    return (
        f"{lines} Right of zero is better. Hollow grey: open;\nfilled, up or down: above or below, over seeds and "
        f"over dev examples, corrected for {len(effects)} comparisons (Holm). Scales differ between tasks."
    )
