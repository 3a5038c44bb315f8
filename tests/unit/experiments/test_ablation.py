"""The runs of a comparison, and what their logs tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.errors import ConfigError, InputError
from jmt.experiments.ablation import (
    build_cells,
    collect_results,
    drop_weights,
    minutes_by_kind,
    plan_ablation,
    read_for_comparison,
    read_log,
)
from jmt.files.atomic import whole_folder


def test_a_line_that_a_kill_cut_off_is_no_record(tmp_path: Path):
    assert read_log(tmp_path) == []
    whole = {"event": "stopped", "epoch": 1, "step": 3, "time": 1.0}
    (tmp_path / "log.jsonl").write_text(json.dumps(whole) + '\n{"event": "epo', encoding="utf-8")
    assert read_log(tmp_path) == [whole]


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


def test_minutes_are_those_of_training_without_pauses_and_of_all_single_tasks_together(tmp_path: Path):
    cells = plan_ablation("demo", ["single"], [1], tmp_path, overrides=["training.epochs=1"], tasks=["xpos", "chunk"])
    for cell in cells:
        cell.folder.mkdir(parents=True)
        lines = [
            {"event": "pass", "epoch": 1, "step": 1, "task": "all", "examples": 9, "time": time}
            for time in (0.0, 30.0, 5000.0, 5030.0)
        ]
        scores = {"xpos": {"accuracy": 0.5}}
        lines.append({"event": "epoch", "epoch": 1, "step": 1, "metrics": scores, "time": 5060.0})
        (cell.folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert [cell.seconds() for cell in cells] == [90.0, 90.0]
    assert minutes_by_kind(cells) == {"single": 3.0}


def test_weights_that_go_leave_no_half_of_them_to_go_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "last").mkdir()
    (tmp_path / "last" / "model").write_text("weights", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda *_, **__: None)  # a kill comes before anything is deleted
        drop_weights(tmp_path)
    assert whole_folder(tmp_path / "last") is None
    drop_weights(tmp_path)
    (tmp_path / "last").mkdir()
    drop_weights(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_lacks_a_task_which_others_have_is_named_where_seeds_would_be_missing(tmp_path: Path):
    edits, tasks = ["training.epochs=1"], ["xpos", "chunk"]
    cells = plan_ablation("demo", ["cascade"], [1, 2], tmp_path, overrides=edits, tasks=tasks)
    for cell in cells:
        scores = {"xpos": {"accuracy": 0.5}, **({"chunk": {"f1": 0.5}} if cell.seed == 1 else {})}
        cell.folder.mkdir(parents=True)
        line = {"event": "epoch", "epoch": 1, "step": 1, "metrics": scores, "time": 1.0}
        (cell.folder / "log.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert list(collect_results(cells[:1])["cascade"][1]) == ["xpos", "chunk"]
    with pytest.raises(InputError, match=r"cascade/2/log\.jsonl: damaged: chunk has no scores .*cascade/1. Delete"):
        collect_results(cells)
