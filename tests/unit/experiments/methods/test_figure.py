"""The figure of a comparison of methods: a panel per task, and noise is not drawn as if it were a finding."""

from __future__ import annotations

import math
from pathlib import Path

from jmt.experiments.figures import COLOURS, GREY, save_figure
from jmt.experiments.judging.intervals import Interval
from jmt.experiments.methods.effects import Effect
from jmt.experiments.methods.figure import LEAST_REACH, method_figure

EFFECTS = [
    Effect("random", "xpos", "accuracy", 3, Interval(0.02, 0.01), None, 0.001, 0.01),
    Effect("random", "dep", "las", 3, Interval(-0.03, 0.01), None, 0.001, 0.01),
    Effect("mgda", "xpos", "accuracy", 3, Interval(0.001, 0.002), None, 0.4, 1.0),
    Effect("mgda", "dep", "las", 3, Interval(-0.0001, math.inf), None, 0.4, 1.0),
]


def test_what_is_within_noise_is_hollow_and_grey_and_what_is_not_points_up_or_down():
    plots = method_figure(EFFECTS).axes
    marks = [
        [
            (line.get_marker(), line.get_markerfacecolor(), line.get_color())
            for line in plot.lines
            if len(line.get_xdata()) == 1
        ]
        for plot in plots
    ]

    assert marks[0] == [("^", COLOURS[0], COLOURS[0]), ("o", "white", GREY)]
    assert marks[1] == [("v", COLOURS[1], COLOURS[1]), ("o", "white", GREY)]
    assert [plot.get_title() for plot in plots] == ["xpos\naccuracy", "dep\nlas"]


def test_every_dot_with_its_interval_is_inside_and_small_differences_are_not_blown_up():
    plots = method_figure(EFFECTS).axes
    assert plots[0].get_xlim()[1] > 3.0
    assert plots[1].get_xlim()[0] < -4.0

    small = method_figure([EFFECTS[2], EFFECTS[3]]).axes
    assert all(plot.get_xlim()[1] >= LEAST_REACH for plot in small)


def test_one_difference_that_is_far_off_is_an_arrow_with_its_number_and_hides_no_other():
    far = Effect("famo", "xpos", "accuracy", 3, Interval(-0.8, 0.02), None, 0.001, 0.01)
    figure = method_figure([*EFFECTS, far])
    plot, other = figure.axes

    assert plot.get_xlim() == method_figure(EFFECTS).axes[0].get_xlim()
    assert [text.get_text() for text in plot.texts] == ["−80.0"]
    assert plot.collections[0].get_offsets()[0].tolist() == [plot.get_xlim()[0], 2]
    assert not other.texts
    assert "Arrow: it goes on beyond the panel" in figure.get_supxlabel().replace("\n", " ")
    assert "Arrow" not in method_figure(EFFECTS).get_supxlabel()


def test_the_same_figure_is_the_same_file_with_all_names_in_it(tmp_path: Path):
    texts = [
        save_figure(method_figure(EFFECTS), tmp_path, name)[1].read_text(encoding="utf-8") for name in ("one", "two")
    ]

    assert texts[0] == texts[1]
    for shown in ("random", "mgda", "xpos", "las", "95% t-interval over 3 seeds", "4 comparisons"):
        assert shown in texts[0]
