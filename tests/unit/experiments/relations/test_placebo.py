"""Placebos: the same pair without the helper's labels, and the main task alone with as many updates."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from jmt.experiments.ablation import Cell, build_cells
from jmt.experiments.judging.verdicts import judge
from jmt.experiments.relations.gains import measured_gains
from jmt.experiments.relations.placebo import (
    LONGER,
    PLACEBO,
    control_lines,
    controls_json,
    controls_of,
    placebo_networks,
)
from jmt.runs.config import read_config
from tests.assets.tiny_corpus import write_tiny_corpus
from tests.assets.toy_relations import cells_of, outcome

STEPS = {"xpos": 10, "chunk": 30, "dep": 10, "relatedness": 5, "entailment": 5}


@pytest.fixture
def placebos(tmp_path: Path) -> dict[str, Cell]:
    tables = read_config(str(write_tiny_corpus(tmp_path))).to_tables()
    return {cell.variant: cell for cell in build_cells(placebo_networks(tables, STEPS), [1, 2], tmp_path / "out")}


def test_every_helper_has_a_placebo_and_every_main_task_a_longer_run_for_it(placebos: dict[str, Cell]):
    pairs = list(permutations(STEPS, 2))
    assert {name for name in placebos if name.startswith(PLACEBO)} == {f"{PLACEBO}-{one}-{two}" for one, two in pairs}
    longer = [name.removeprefix(f"{LONGER}-").partition("-") for name in placebos if name.startswith(LONGER)]
    assert sorted((main, helper) for main, _, helpers in longer for helper in helpers.split("+")) == sorted(pairs)


def test_helpers_with_as_many_batches_share_one_longer_run_and_all_of_them_are_told_of_it(tmp_path: Path):
    tables = read_config(str(write_tiny_corpus(tmp_path))).to_tables()
    longer = [cell for cell in build_cells(placebo_networks(tables, STEPS), [1], tmp_path) if cell.kind == LONGER]
    (shared,) = (cell for cell in longer if cell.variant.startswith("longer-chunk-xpos"))
    passes = {f"{cell.variant} {cell.config.data[main].passes}" for cell in longer for main in cell.config.model.tasks}
    assert len(longer) == len(passes) == 14  # of 20 ordered pairs
    runs = [
        outcome(cells_of(tmp_path, [1])["single-chunk", 1], {"chunk": 0.5}),
        outcome(shared, {"chunk": 0.75}),
    ]
    found = controls_of(runs)
    assert {pair: of.by_seed[LONGER] for pair, of in found.items()} == {
        ("chunk", "xpos"): {1: 0.25},
        ("chunk", "dep"): {1: 0.25},
    }


def test_in_a_placebo_the_labels_of_the_helper_alone_are_shuffled(placebos: dict[str, Cell]):
    config = placebos["placebo-dep-chunk"].config
    assert {task: data.shuffled for task, data in config.data.items()} == {"chunk": True, "dep": False}
    assert [read.task for read in config.model.tasks["dep"].reads] == ["chunk"]


def test_a_longer_run_has_as_many_batches_as_the_task_and_its_helper_together(placebos: dict[str, Cell]):
    assert placebos["longer-xpos-chunk"].config.data["xpos"].passes == pytest.approx(4)
    assert placebos["longer-chunk-xpos+dep"].config.data["chunk"].passes == pytest.approx(4 / 3)
    assert list(placebos["longer-xpos-chunk"].config.model.tasks) == ["xpos"]


def test_what_the_labels_bring_is_the_gain_less_that_of_the_placebo_paired_by_seed(tmp_path: Path):
    tables = read_config(str(write_tiny_corpus(tmp_path))).to_tables()
    controls = build_cells(placebo_networks(tables, STEPS), [1, 2], tmp_path / "out")
    cells = cells_of(tmp_path, [1, 2]) | {(cell.variant, cell.seed): cell for cell in controls}
    runs = []
    for seed, alone, pair, placebo, longer in ((1, 0.80, 0.85, 0.83, 0.81), (2, 0.82, 0.88, 0.82, 0.84)):
        runs += [
            outcome(cells["single-xpos", seed], {"xpos": alone}),
            outcome(cells["pair-xpos-chunk", seed], {"xpos": pair, "chunk": 0.7}),
            outcome(cells["placebo-xpos-chunk", seed], {"xpos": placebo, "chunk": 0.2}),
            outcome(cells["longer-xpos-chunk", seed], {"xpos": longer}),
        ]
    found, gains = controls_of(runs), measured_gains(runs)
    control = found["xpos", "chunk"]
    assert control.by_seed == {
        PLACEBO: {1: pytest.approx(0.03), 2: pytest.approx(0.0)},
        LONGER: {1: pytest.approx(0.01), 2: pytest.approx(0.02)},
    }
    assert control.labels(gains["xpos", "chunk"]) == pytest.approx({1: 0.02, 2: 0.06})
    del control.by_seed[PLACEBO][2]  # its run has not ended
    assert control.labels(gains["xpos", "chunk"]) == pytest.approx({1: 0.02})
    control.by_seed[PLACEBO][2] = 0.0
    verdicts = judge([control.question(gains["xpos", "chunk"])], margin=0.5)
    lines = control_lines(found, gains, verdicts, margin=0.5)
    assert "### Is it the labels?" in lines
    assert any(line.startswith("| xpos with the labels of chunk - shuffled | accuracy | 2 | +4.00") for line in lines)
    row = next(line for line in lines if line.startswith("| xpos |"))
    cells_of_row = [cell.strip().partition(" ")[0] for cell in row.strip("|").split("|")]
    assert cells_of_row == ["xpos", "chunk", "+5.50", "+1.50", "+1.50", "+4.00"]
    (written,) = json.loads(json.dumps(controls_json(found, {("xpos", "chunk"): verdicts[0]})))
    assert written["by_seed"]["placebo"] == {"1": pytest.approx(0.03), "2": pytest.approx(0.0)}
    assert written["verdict"]["difference"] == pytest.approx(4.0)


def test_an_error_that_falls_is_a_gain_of_a_placebo_too(tmp_path: Path):
    tables = read_config(str(write_tiny_corpus(tmp_path))).to_tables()
    controls = build_cells(placebo_networks(tables, STEPS), [1], tmp_path / "out")
    cells = cells_of(tmp_path, [1]) | {(cell.variant, cell.seed): cell for cell in controls}
    metrics = {"relatedness": "mse", "xpos": "accuracy"}
    runs = [
        outcome(cells["single-relatedness", 1], {"relatedness": 0.75}, metrics=metrics),
        outcome(cells["longer-relatedness-xpos+dep", 1], {"relatedness": 0.5}, metrics=metrics),
    ]
    assert controls_of(runs)["relatedness", "xpos"].by_seed[LONGER] == {1: 0.25}


def test_a_task_that_is_shuffled_from_the_start_can_have_placebos_too(tmp_path: Path):
    tables = read_config(str(write_tiny_corpus(tmp_path)), overrides=["task.xpos.shuffled=true"]).to_tables()
    controls = build_cells(placebo_networks(tables, STEPS), [1], tmp_path / "out")
    cells = cells_of(tmp_path, [1]) | {(cell.variant, cell.seed): cell for cell in controls}
    runs = [
        outcome(cells["single-xpos", 1], {"xpos": 0.25}),
        outcome(cells["placebo-xpos-chunk", 1], {"xpos": 0.5, "chunk": 0.75}),
        outcome(cells["longer-xpos-chunk", 1], {"xpos": 0.75}),
    ]
    assert controls_of(runs)["xpos", "chunk"].by_seed == {PLACEBO: {1: 0.25}, LONGER: {1: 0.5}}


def test_without_placebos_the_report_says_nothing_of_them():
    assert control_lines({}, {}, [], margin=0.5) == []
