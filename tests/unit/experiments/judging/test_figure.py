"""The figure of what a comparison comes to: what is decided stands out, and what is open is not drawn as a finding."""

from __future__ import annotations

from pathlib import Path

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
    assert "One seed: no interval" in save_figure(figure, tmp_path, "one")[1].read_text(encoding="utf-8")
