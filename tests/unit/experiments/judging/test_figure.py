"""The figure of what a comparison comes to: what is decided stands out, and what is open is not drawn as a finding."""

from __future__ import annotations

from pathlib import Path

import matplotlib.image
import pytest

from jmt.experiments.figures import COLOURS, GREY, save_figure
from jmt.experiments.judging.figure import limits_of, verdict_figure
from jmt.experiments.judging.verdicts import Question, Verdict, judge

FIVE = (0.01, -0.01, 0.0, 0.02, -0.02)
ANSWERS = {
    "above": Question("all - without-labels", "entailment accuracy", tuple(6 + shift for shift in FIVE)),
    "below": Question("all - single", "dep las", tuple(-3 + shift for shift in FIVE)),
    "the same": Question("all - abc", "dep las", (0.2, -0.1, 0.1, -0.1, 0.0)),
    "open": Question("all - random-order", "relatedness pearson", (-40.0, 60.0, -50.0, 45.0, 1.0)),
}


@pytest.fixture
def verdicts() -> list[Verdict]:
    found = judge(list(ANSWERS.values()))
    assert [one.reading for one in found] == list(ANSWERS)
    return found


def test_every_answer_has_a_mark_of_its_own_at_its_difference(verdicts: list[Verdict]):
    plot = verdict_figure(verdicts, margin=0.5).axes[0]
    marks = [line for line in plot.lines if len(line.get_xdata()) == 1]

    assert [line.get_marker() for line in marks] == ["^", "v", "s", "o"]
    assert [line.get_color() for line in marks[:2]] == list(COLOURS[:2])
    assert (marks[3].get_color(), marks[3].get_markerfacecolor()) == (GREY, "white")
    assert [line.get_xdata()[0] for line in marks] == pytest.approx([6, -3, 0.02, 3.2])


def test_a_row_says_what_is_compared_and_what_it_is_judged_by(verdicts: list[Verdict]):
    left, right = verdict_figure(verdicts, margin=0.5).axes

    assert [label.get_text() for label in left.get_yticklabels()] == [one.comparison for one in ANSWERS.values()]
    assert [label.get_text() for label in right.get_yticklabels()] == [one.endpoint for one in ANSWERS.values()]
    assert left.get_ylim() == right.get_ylim()


def test_the_long_interval_of_an_open_answer_does_not_squeeze_those_that_are_decided(verdicts: list[Verdict]):
    assert verdicts[3].difference.half > 40
    low, high = limits_of(verdicts, 0.5)

    assert -4 < low < -3
    assert 6 < high < 7
    assert limits_of(verdicts[2:3], 0.5)[1] > 1


def test_the_interval_of_an_open_answer_is_seen_whole_where_it_is_short(verdicts: list[Verdict]):
    short = judge([*ANSWERS.values(), Question("all - without-vertical", "dep las", (-3.8, -0.1, -2.9, -0.4, -2.3))])[4]
    assert short.reading == "open"
    mean, half = short.difference

    assert mean - half < -3.5
    assert limits_of([*verdicts, short], 0.5)[0] < mean - half


def test_percent_stand_above_percent_and_the_band_is_the_margin(verdicts: list[Verdict]):
    shares = judge([Question("mgda - sum", "worst task, %", (1.0, 2.0, 3.0))])

    assert verdict_figure(shares, margin=1).axes[0].get_title(loc="left").endswith("in percent")
    plot = verdict_figure(verdicts, margin=1).axes[0]
    assert plot.get_title(loc="left").endswith("in points")
    band = plot.patches[0].get_extents().transformed(plot.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((-1, 1))


def test_one_seed_is_drawn_without_an_interval_and_the_note_says_so(tmp_path: Path):
    alone = judge([Question("all - single", "dep las", (2.0,))])
    figure = verdict_figure(alone, margin=0.5)

    assert [len(line.get_xdata()) for line in figure.axes[0].lines] == [2, 1]  # zero, and the mark
    told = save_figure(figure, tmp_path, "one")[1].read_text(encoding="utf-8")
    assert "One seed: no interval, and nothing is decided" in told
    assert "paired" not in told
    assert "Filled" not in told


def test_an_interval_that_is_cut_has_an_arrowhead_at_the_end_of_the_axis_and_the_note_says_so(verdicts: list[Verdict]):
    figure = verdict_figure(verdicts, margin=0.5)
    heads = figure.axes[0].collections
    assert [head.get_offsets()[0].tolist() for head in heads] == [
        [pytest.approx(end), 3] for end in limits_of(verdicts, 0.5)
    ]
    assert "Arrowhead: the interval goes on" in figure.get_supxlabel()

    whole = verdict_figure(verdicts[:3], margin=0.5)
    assert not whole.axes[0].collections
    assert "Arrowhead" not in whole.get_supxlabel()


def test_the_differences_of_an_error_have_a_panel_of_their_own(verdicts: list[Verdict]):
    errors = judge([Question("all - flat", "relatedness mse", (0.2, 0.21, 0.19))])
    error, points = verdict_figure([*errors, *verdicts], margin=0.5).axes[:2]

    assert [len(plot.get_yticklabels()) for plot in (points, error)] == [4, 1]
    assert points.get_title(loc="left").endswith("in points")
    assert error.get_title(loc="left").endswith("in units of mse; right of zero: less error")
    assert error.get_xlim()[1] < 2


def test_long_names_are_broken_into_lines_and_a_dollar_is_no_mathematics(tmp_path: Path):
    name = "_".join(["alpha", "bravo", "charlie", "delta"] * 2)
    asked = [
        Question(f"all - {'+'.join([name] * 4)}", f"{name} las", (1.0, 2.0)),
        Question("all - $x^2$", "dep las", (1.0, 2.0)),
    ]
    figure = verdict_figure(judge(asked), margin=0.5)
    path, text = save_figure(figure, tmp_path, "long")
    lines = figure.axes[0].get_yticklabels()[0].get_text().split("\n")

    assert len(lines) == 4
    assert lines[-1].endswith("…")
    assert all(len(line) <= 34 and line[-1] in "_+-…" for line in lines)
    assert matplotlib.image.imread(path).shape[1] < 1500
    assert "all - $x^2$" in text.read_text(encoding="utf-8")
