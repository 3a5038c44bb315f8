"""The runs of a comparison, and what their logs tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.experiments.ablation import build_cells, plan_ablation, read_for_comparison, read_log


def test_a_line_that_a_kill_cut_off_is_no_record(tmp_path: Path):
    assert read_log(tmp_path) == []
    whole = json.dumps({"event": "epoch", "epoch": 1}) + "\n"
    (tmp_path / "log.jsonl").write_text(whole + '{"event": "epo', encoding="utf-8")
    assert read_log(tmp_path) == [{"event": "epoch", "epoch": 1}]


def test_runs_go_seed_by_seed_and_are_scored_after_the_last_epoch_alone(tmp_path: Path):
    cells = plan_ablation("demo", ["cascade", "single"], [1, 2], tmp_path, overrides=["training.epochs=3"])

    names = [
        "cascade",
        *(f"single-{task}" for task in ("xpos", "feats", "lemma", "chunk", "dep", "relatedness", "entailment")),
    ]
    assert [(cell.variant, cell.seed) for cell in cells] == [(name, seed) for seed in (1, 2) for name in names]
    assert {cell.kind for cell in cells} == {"cascade", "single"}
    assert all(cell.folder == tmp_path / cell.variant / str(cell.seed) for cell in cells)
    assert {(c.config.training.evaluate_every, c.config.training.epochs, c.config.seed == c.seed) for c in cells} == {
        (3, 3, True)
    }


def test_what_may_stop_early_or_cannot_be_built_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="patience: runs of equal budgets"):
        read_for_comparison("demo", overrides=["training.selection.patience=1"])
    tables = read_for_comparison("demo")
    tables["task"]["dep"]["level"] = 0
    with pytest.raises(ConfigError, match=r"task\.dep"):
        build_cells({"broken": {"broken": tables}}, [1], tmp_path)


def test_a_segmenter_is_no_task_to_compare_and_alone_leaves_nothing(tmp_path: Path):
    selected = ["training.selection.metrics=['segmenter.f1', 'dep.las']"]
    tables = read_for_comparison("demo", overrides=selected)
    assert "segmenter" not in tables["task"]
    assert tables["training"]["selection"]["metrics"] == ["dep.las"]
    cells = plan_ablation("demo", ["cascade", "flat", "single"], [1], tmp_path)
    assert all(cell.config.model.segmenter is None for cell in cells)
    with pytest.raises(ConfigError, match="`segmenter` alone shares no weight with a task: nothing to compare"):
        read_for_comparison("segmenter")
