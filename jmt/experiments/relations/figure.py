"""The figure of which task helps which: a heat map of the gains, rows main tasks, columns helpers."""

from __future__ import annotations

import math

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from jmt.experiments.comparison import unit_of
from jmt.experiments.figures import COLOURS, INK, STYLE, fill_note
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.relations.gains import Gain
from jmt.experiments.relations.report import Relations, score_text

WORSE, BETTER = COLOURS[1], COLOURS[0]
"""Orange and blue, which any kind of colour vision tells apart."""

_DIVERGING = LinearSegmentedColormap.from_list("gains", [WORSE, "#FFFFFF", BETTER])
NOISE = "#EDEDED"
_QUIET = "#595959"
_LEAST_WIDTH = 6.4
"""Inches that the title and the legend need."""


def relations_figure(found: Relations) -> Figure:
    """Draw the gains: coloured where the verdict is above or below, with a scale, grey where it is not."""
    count = len(found.tasks)
    sure = [gain for pair, gain in found.gains.items() if pair in found.verdicts and found.verdicts[pair].decided]
    reach = max((abs(shown(gain)) for gain in sure or found.gains.values()), default=0.0) or 1.0
    colours = ScalarMappable(TwoSlopeNorm(0.0, -reach, reach), _DIVERGING)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(max(1.35 * count + 2.9, _LEAST_WIDTH), 0.92 * count + 2.2), layout="constrained")
        FigureCanvasAgg(figure)
        plot = figure.add_subplot()
        for row, main in enumerate(found.tasks):
            for column, helper in enumerate(found.tasks):
                _draw_cell(plot, (column, row), found, main, helper, colours)
        _draw_frame(plot, found)
        if sure:
            bar = figure.colorbar(colours, ax=plot, fraction=0.04, pad=0.03)
            bar.set_label("gain in points", color=INK)
            bar.outline.set_visible(False)
            bar.ax.tick_params(length=0, labelcolor=INK)
        figure.supxlabel(
            fill_note(note_of(found), figure.get_figwidth()), x=0.01, ha="left", fontsize=9, color="#595959"
        )
    return figure


def shown(gain: Gain) -> float:
    """Return the mean gain as it is shown."""
    return unit_of(gain.metric)[0] * gain.interval.mean


def _draw_cell(
    plot: Axes, place: tuple[int, int], found: Relations, main: str, helper: str, colours: ScalarMappable
) -> None:
    """Draw one gain, or on the diagonal the score of the task by itself."""
    column, row = place
    gain = found.gains.get((main, helper))
    face, ink, lines, bold = "#FFFFFF", _QUIET, ["–"], False
    if main == helper:
        lines = ["alone", *score_text(found.singles[main].score).split(" ")[:1]] if main in found.singles else lines
    elif gain is not None:
        value, digits = shown(gain), unit_of(gain.metric)[1]
        lines = [f"{value:+.{digits}f}"]
        if math.isfinite(gain.interval.half):
            lines.append(f"± {unit_of(gain.metric)[0] * gain.interval.half:.{digits}f}")
        verdict = found.verdicts.get((main, helper))
        if verdict is None or not verdict.decided:
            face = NOISE
        else:
            face, bold = matplotlib.colors.to_hex(colours.to_rgba(value)), True  # type: ignore[arg-type]
            ink = "#FFFFFF" if is_dark(face) else "#000000"
    plot.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=face, edgecolor="#FFFFFF", linewidth=2))
    for number, line in enumerate(lines):
        plot.text(
            column,
            row + 0.27 * (number - (len(lines) - 1) / 2),
            line.replace("-", "−"),
            ha="center",
            va="center",
            color=ink,
            fontsize=11 if number == 0 and main != helper else 9,
            fontweight="bold" if bold and number == 0 else "normal",
        )


def is_dark(colour: str) -> bool:
    """Whether white is easier to read on a colour than black: by relative luminance (WCAG 2)."""
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
                        for value in matplotlib.colors.to_rgb(colour))  # fmt: skip
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.18


def _draw_frame(plot: Axes, found: Relations) -> None:
    """Name rows and columns."""
    count = len(found.tasks)
    metrics = {task: f"{task}\n{found.singles[task].metric}" if task in found.singles else task for task in found.tasks}
    plot.set_xlim(-0.5, count - 0.5)
    plot.set_ylim(count - 0.5, -0.5)
    plot.set_aspect("auto")
    plot.set_xticks(range(count), found.tasks)
    plot.set_yticks(range(count), [metrics[task] for task in found.tasks])
    plot.xaxis.tick_top()
    plot.xaxis.set_label_position("top")
    plot.set_xlabel("trained together with", color=INK, labelpad=8)
    plot.set_ylabel("main task", color=INK, labelpad=8)
    plot.tick_params(length=0, labelcolor=INK)
    for spine in plot.spines.values():
        spine.set_visible(False)
    plot.set_title("What a helper adds to the main task's dev score", loc="left", fontsize=12, color=INK, pad=14)
    if len(found.verdicts) < len(found.gains) or not all(verdict.decided for verdict in found.verdicts.values()):
        patches = [Patch(facecolor=NOISE, label="open, or the same: corrected for the number of gains")]
        plot.legend(handles=patches, loc="upper right", bbox_to_anchor=(1.0, -0.01), frameon=False, labelcolor=INK)


def note_of(found: Relations) -> str:
    """Say how to read the figure."""
    many = len(found.seeds)
    if many == 1:
        return "Points of the main metric, equal updates. One seed says nothing about noise: every gain may be chance."
    return (
        f"Points of the main metric with the helper minus alone, equal updates, paired by seed; mean ± half of the "
        f"{CONFIDENCE:.0%} interval over {many} seeds. Blue: better. Orange: worse."
    )
