"""What runs leave besides their logs: costs that add up, divergence, and whether a run has ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.errors import ConfigError, InputError
from jmt.experiments.ablation import Cell, plan_ablation
from jmt.experiments.cell_records import (
    add_cost,
    check_unfinished,
    has_ended,
    read_cost,
    read_counts,
    write_divergence,
)
from jmt.experiments.methods.report import mean_cost


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


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"xpos": 3}',
        '{"xpos": {"metric": "guesses", "rows": []}}',
        '{"xpos": {"metric": "tags"}}',
        '{"xpos": {"metric": "tags", "rows": [[3, 2], [1]]}}',
        '{"xpos": {"metric": "tags", "rows": [["3", "2"]]}}',
        '{"xpos": {"metric": "tags", "rows": [[3, [2]]]}}',
        '{"xpos": {"metric": "tags", "rows": [[3, NaN]]}}',
        '{"xpos": {"metric": "tags", "rows": [[3, 1%s]]}}' % ("0" * 400),
    ],
)
def test_counts_that_are_none_are_damaged(content: str, tmp_path: Path):
    (tmp_path / "dev-counts.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"dev-counts\.json: damaged: .*Delete"):
        read_counts(tmp_path)


@pytest.mark.parametrize("part", ["3", "{}", '{"steps": "9", "seconds": 1.0}', '{"steps": 9, "seconds": NaN}'])
def test_stretches_that_are_none_are_damaged(part: str, tmp_path: Path):
    (tmp_path / "cost.json").write_text(f"[{part}]", encoding="utf-8")
    with pytest.raises(InputError, match=r"cost\.json: damaged: a stretch is .*Delete"):
        read_cost(tmp_path)


def test_a_folder_with_the_scores_of_a_trained_network_is_not_begun_anew(tmp_path: Path):
    assert check_unfinished(tmp_path) == []
    (tmp_path / "log.jsonl").touch()
    (tmp_path / "origin.json").touch()
    assert check_unfinished(tmp_path) == ["log.jsonl", "origin.json"]
    for name in ("dev-unknown.json", "dev-counts.json"):
        (tmp_path / name).touch()
        with pytest.raises(ConfigError, match=f"{name} is that of a run that has ended.*bring the log back. Delete"):
            check_unfinished(tmp_path)
        (tmp_path / name).unlink()
