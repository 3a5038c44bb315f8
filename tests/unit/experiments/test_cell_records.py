"""What runs leave besides their logs: costs that add up, divergence, and whether a run is the one asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell, plan_ablation
from jmt.experiments.cell_records import add_cost, check_same, has_ended, read_cost, read_counts, write_divergence
from jmt.experiments.methods.report import mean_cost
from jmt.runs.place import write_config
from jmt.runs.splits import with_score_ranges


def cell_of(folder: Path, *overrides: str) -> Cell:
    (cell,) = plan_ablation("demo", ["cascade"], [1], folder, overrides=["training.epochs=1", *overrides])
    return cell


def write_log(cell: Cell, step: int) -> None:
    event = {"event": "epoch", "epoch": 1, "step": step, "metrics": {"xpos": {"accuracy": 0.5}}, "time": 1.0}
    (cell.folder / "log.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")


def test_a_run_has_ended_when_it_has_scores_and_counts_or_diverged(tmp_path: Path):
    cell = cell_of(tmp_path)
    assert not has_ended(cell)
    (cell.folder / "last").mkdir(parents=True)
    write_log(cell, 10)
    assert not has_ended(cell)  # killed before it was counted: `last` still has the model
    (cell.folder / "dev-counts.json").write_text("{}", encoding="utf-8")
    assert has_ended(cell)

    other = cell_of(tmp_path / "other")
    other.folder.mkdir(parents=True)
    write_divergence(other.folder, "not finite")
    assert has_ended(other)
    assert read_counts(other.folder) == {}


def test_stretches_of_training_add_up_and_what_a_kill_took_is_filled_in(tmp_path: Path):
    cell = cell_of(tmp_path)
    cell.folder.mkdir(parents=True)
    assert read_cost(cell.folder) is None
    assert mean_cost([cell], "cascade") is None
    add_cost(cell.folder, 30, 3.0)
    add_cost(cell.folder, 10, 3.0)
    cost = read_cost(cell.folder)
    assert cost is not None
    assert (cost.steps, cost.seconds, cost.per_step) == (40, 6.0, 0.15)

    write_log(cell, 100)
    mean = mean_cost([cell], "cascade")
    assert mean is not None
    assert (mean.steps, mean.seconds) == (100, pytest.approx(15.0))


def test_a_run_of_another_configuration_is_named_with_the_keys_that_differ(tmp_path: Path):
    cell = cell_of(tmp_path)
    check_same([cell])  # not begun yet
    cell.folder.mkdir(parents=True)
    write_config(cell.folder, with_score_ranges(cell.config))  # as a run resolves it
    check_same([cell_of(tmp_path), cell_of(tmp_path, "training.threads=3")])
    with pytest.raises(ConfigError, match=r"training.share = 0.5 \(was 1.0\); take another --output"):
        check_same([cell_of(tmp_path, "training.share=0.5")])
