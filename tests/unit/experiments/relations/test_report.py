"""Reports of which task helps which: gains with their noise, what n is, slopes without a verdict, and a figure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from jmt.experiments.figures import save_figure
from jmt.experiments.judging.gate import Gate
from jmt.experiments.relations.figure import NOISE, is_dark, relations_figure
from jmt.experiments.relations.report import relations_markdown
from jmt.experiments.relations.report_json import relations_json
from tests.assets.toy_relations import planted_relations


def row_of(text: str, task: str, heading: str) -> list[str]:
    """The cells of a task's first row after a heading."""
    lines = text[text.index(heading) :].splitlines()
    line = next(line for line in lines if line.startswith(f"| {task} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_matrix_has_gains_in_points_with_intervals_and_marks_noise(tmp_path: Path):
    text = relations_markdown(planted_relations(tmp_path))

    assert row_of(text, "xpos", "# Which") == [
        *("xpos", "accuracy", "0.9000 ± 0.0025", "", "**+3.00 ± 0.25**", "**-2.00 ± 0.25**"),
    ]
    assert row_of(text, "chunk", "# Which") == ["chunk", "f1", "0.8000 ± 0.0000", "+0.00 ± 4.97", "", ""]
    assert "16 of 46 runs have ended; seeds 1, 2, 3." in text
    assert "Every task had the same number of gold batches" in text
    assert row_of(text, "xpos with chunk - alone", "## What it comes to")[-1] == "**above**"
    assert row_of(text, "xpos with dep - alone", "## What it comes to")[-1] == "**below**"
    assert row_of(text, "chunk with xpos - alone", "## What it comes to")[-1] == "open"


def test_updates_that_were_not_equal_are_said_loudly(tmp_path: Path):
    text = relations_markdown(planted_relations(tmp_path, lost=1))

    assert "Updates were NOT equal everywhere" in text
    assert "xpos with dep, seed 2: 8 alone, 7 in the pair" in text
    assert "Every task had the same number" not in text


def test_one_seed_is_said_to_prove_nothing(tmp_path: Path):
    found = planted_relations(tmp_path, seeds=1)
    text = relations_markdown(found)

    assert row_of(text, "xpos", "# Which")[4] == "+2.90"
    assert "One seed says nothing about noise" in text
    assert relations_json(found)["gains"][0]["half"] is None


def test_features_slopes_and_estimates_stand_beside_the_gains_without_a_verdict(tmp_path: Path):
    text = relations_markdown(planted_relations(tmp_path))

    assert row_of(text, "xpos", "## Tasks") == ["xpos", "20", "130", "8", "130", "5", "2.250", "12.50%"]
    assert row_of(text, "xpos", "Jensen-Shannon") == ["xpos", "", "0.5000", "0.5000"]
    assert row_of(text, "xpos", "## Learning alone")[1:3] == ["3.950", "3.750"]
    assert row_of(text, "xpos", "Slope of") == ["xpos", *["-0.051"] * 5]
    assert row_of(text, "xpos", "Gradient cosine") == ["xpos", "", "0.400", "-0.200"]
    assert row_of(text, "dep", "Lookahead") == ["dep", "+1.00e-03", "+1.00e-02", ""]
    assert "not turned into a verdict, and no classifier is fitted" in text
    assert row_of(text, "gradient cosine", "Spearman")[-2:] == ["4", "3"]
    assert "n is 4 ordered pairs of 3 main tasks." in text


def test_programs_get_the_same_with_gains_in_the_metric_s_own_unit(tmp_path: Path):
    content = json.loads(json.dumps(relations_json(planted_relations(tmp_path)), allow_nan=False))
    by_pair = {(gain["main"], gain["helper"]): gain for gain in content["gains"]}

    assert round(by_pair["xpos", "chunk"]["mean"], 6) == 0.03
    assert [by_pair[pair]["verdict"]["reads_as"] for pair in (("xpos", "chunk"), ("chunk", "xpos"))] == [
        "above",
        "open",
    ]
    assert by_pair["xpos", "chunk"]["verdict"]["difference"] == pytest.approx(3.0)
    assert by_pair["xpos", "dep"]["updates"]["2"] == {"alone": 8, "pair": 8}
    assert content["alone"]["dep"]["metric"] == "las"
    assert content["estimates"]["lookahead affinity"]["steps"] == 1
    assert (content["estimates"]["gradient cosine"]["pairs"], content["estimates"]["gradient cosine"]["mains"]) == (
        4,
        3,
    )
    assert (content["margin"], content["baselines"]) == (0.5, {})


def test_the_figure_is_blue_where_a_helper_helps_orange_where_it_harms_and_grey_within_noise(tmp_path: Path):
    png, svg = save_figure(relations_figure(planted_relations(tmp_path)), tmp_path, "relations")
    pixels = matplotlib.image.imread(png)[..., :3].reshape(-1, 3)

    def share(colour: str) -> float:
        return float((np.abs(pixels - np.array(to_rgb(colour))).max(axis=1) < 0.02).mean())

    assert share(NOISE) > 0.05
    assert share("#0072B2") > 0.03  # the largest gain has the full colour
    assert 0.03 < float(((pixels[:, 0] > 0.8) & (pixels[:, 2] < 0.6)).mean()) < 0.5
    assert float(pixels.std()) > 0.1
    text = svg.read_text(encoding="utf-8")
    for shown in (
        "+3.00",
        "−2.00",
        "± 0.25",
        "xpos",
        "chunk",
        "dep",
        "alone",
        "0.9000",
        "open, or the same",
        "over 3 seeds",
    ):
        assert shown in text


def test_a_figure_of_nothing_yet_and_of_one_seed_can_be_drawn(tmp_path: Path):
    found = planted_relations(tmp_path, seeds=1)
    figure = relations_figure(found)
    save_figure(figure, tmp_path, "one")
    assert "every gain may be chance" in figure.get_supxlabel().replace("\n", " ")
    assert len(figure.axes) == 1  # nothing is coloured, and nothing is there that would say what colours mean


def test_no_line_below_the_figure_is_longer_than_the_figure_is_wide(tmp_path: Path):
    found = planted_relations(tmp_path)
    few = replace(found, tasks=["xpos", "chunk"])
    figure = relations_figure(few)
    path = save_figure(figure, tmp_path, "two")[0]

    assert len(figure.axes) == 2  # the gains, and the scale of their colours
    assert matplotlib.image.imread(path).shape[1] < 1.03 * 160 * figure.get_figwidth()


def test_text_on_a_cell_is_white_where_black_would_be_hard_to_read():
    assert is_dark("#0072B2")
    assert is_dark("#000000")
    assert not is_dark("#D55E00")
    assert not is_dark("#FFFFFF")


def test_gains_of_a_task_that_no_network_has_learned_are_shown_and_not_judged(tmp_path: Path):
    found = planted_relations(tmp_path)
    gate = Gate({"majority": {"xpos": {"accuracy": 0.92}, "chunk": {"f1": 0.9}, "dep": {"las": 0.7}}})
    strict = replace(found, gate=gate)

    assert list(strict.verdicts) == [("xpos", "chunk")]  # its pair has .93; trees leave it at .88
    assert strict.verdicts["xpos", "chunk"].p < found.verdicts["xpos", "chunk"].p  # corrected for fewer
    text = relations_markdown(strict)
    assert row_of(text, "chunk", "# Which")[2] == "0.8000 ± 0.0000 †"
    assert "Not judged, since neither side beats an answer without a model: chunk with xpos; xpos with dep; dep" in text
    written = {(one["main"], one["helper"]): one["verdict"] for one in relations_json(strict)["gains"]}
    assert written["dep", "xpos"] is None
    relations_figure(strict)  # draws the rest in grey
