"""Figures: up is better on every axis, no label covers another, and small differences are not blown up."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from pathlib import Path

import pytest

from jmt.experiments.figures import (
    COLOURS,
    GREY,
    LABEL_HEIGHT,
    Axis,
    Line,
    digits_of,
    parallel_coordinates,
    save_figure,
    scale_of,
    spread_heights,
)


def test_on_the_axis_of_an_error_the_small_values_are_at_the_top():
    values = [(0.2, math.inf), (0.6, math.inf)]
    upright, inverted = (scale_of(Axis("mse", inverted=inverted), values, 0.0) for inverted in (False, True))

    assert upright.height(0.2) < 0.1 < 0.9 < upright.height(0.6)
    assert inverted.height(0.6) < 0.1 < 0.9 < inverted.height(0.2)


def test_a_scale_holds_intervals_and_does_not_blow_up_what_is_hardly_there():
    scale = scale_of(Axis("las"), [(0.80, 0.05), (0.81, math.inf)], 0.01)
    assert 0 < scale.height(0.75) < scale.height(0.85) < 1

    scale = scale_of(Axis("las"), [(0.8001, math.inf), (0.8002, math.inf)], 0.01)
    assert scale.height(0.8002) - scale.height(0.8001) < 0.02
    assert math.isfinite(scale_of(Axis("las"), [(0.8, math.inf)], 0.0).height(0.8))


def test_labels_keep_their_order_and_their_distance():
    numbers = random.Random(5)
    for count in (1, 2, 5, 15, 40):
        heights = [numbers.choice((0.0, 0.5, 0.52, 1.0, numbers.random())) for _ in range(count)]
        moved = spread_heights(heights)
        order = sorted(range(count), key=lambda number: moved[number])
        gaps = [moved[b] - moved[a] for a, b in pairwise(order)]

        assert all(-1e-9 <= height <= 1 + 1e-9 for height in moved)
        assert all(gap >= min(LABEL_HEIGHT, 1 / max(count - 1, 1)) - 1e-9 for gap in gaps)
        assert [heights[number] for number in order] == sorted(heights)
    assert spread_heights([0.1, 0.5, 0.9]) == [0.1, 0.5, 0.9]


@pytest.mark.parametrize(("step", "digits"), [(5.0, 0), (0.5, 1), (0.25, 2), (0.002, 3), (0.0025, 4), (20.0, 0)])
def test_ticks_have_the_decimals_they_need(step, digits):
    assert digits_of(step) == digits


def test_every_line_is_labelled_and_the_same_figure_is_the_same_file(tmp_path: Path):
    lines = [Line(f"line {n}", [0.1 * n, 0.9 - 0.01 * n], [0.01, math.inf], emphasized=n % 2 == 1) for n in range(20)]
    texts = []
    for name in ("one", "two"):
        figure = parallel_coordinates([Axis("xpos"), Axis("dep")], lines, title="Scores < 1 & more", note="A note.")
        paths = save_figure(figure, tmp_path, name)
        assert [path.name for path in paths] == [f"{name}.png", f"{name}.svg"]
        texts.append(paths[1].read_text(encoding="utf-8"))

    assert texts[0] == texts[1]
    for shown in ("line 0<", "line 19<", "A note.", GREY.lower(), *(colour.lower() for colour in COLOURS)):
        assert shown in texts[0]
