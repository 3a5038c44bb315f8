"""A comparison goes on from runs of the same configuration, and names those of another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell, plan_ablation
from jmt.experiments.earlier_runs import check_earlier_runs
from jmt.runs.place import CONFIG, write_config
from jmt.runs.splits import with_score_ranges


def planned(folder: Path, *overrides: str) -> list[Cell]:
    return plan_ablation("demo", ["cascade"], [1], folder, overrides=["training.epochs=1", *overrides])


@pytest.fixture
def begun(tmp_path: Path) -> Cell:
    (cell,) = planned(tmp_path)
    cell.folder.mkdir(parents=True)
    write_config(cell.folder, with_score_ranges(cell.config))  # as a run resolves it
    return cell


def test_what_was_not_begun_and_what_was_begun_alike_goes_on(begun: Cell, tmp_path: Path):
    check_earlier_runs(planned(tmp_path / "new"), [], tell=print)
    check_earlier_runs([begun, *planned(tmp_path, "training.threads=3")], [], tell=print)


def test_a_run_of_another_configuration_is_named_with_the_keys_that_differ(begun: Cell, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"training.share = 0.5 \(was 1.0\); take another --output"):
        check_earlier_runs([begun, *planned(tmp_path, "training.share=0.5")], [], tell=print)


def test_tasks_that_were_added_or_left_out_are_said_first_and_the_rest_is_counted(begun: Cell, tmp_path: Path):
    asked = plan_ablation("demo", ["cascade"], [1], tmp_path, overrides=["training.epochs=1"], tasks=["xpos", "dep"])
    with pytest.raises(ConfigError, match=r"configuration: tasks xpos, dep \(was xpos, .*entailment\); ") as raised:
        check_earlier_runs(asked, [], tell=print)
    assert "task.entailment" not in str(raised.value)
    assert "None" not in str(raised.value)

    keys = ("training.share=0.5", "training.batch_size=3", "training.clip_norm=7", "encoder.hidden_size=7")
    with pytest.raises(ConfigError, match=r"; and [1-9] more; take another"):
        check_earlier_runs(planned(tmp_path, *keys), [], tell=print)


def test_a_run_that_has_lost_its_configuration_is_named_with_what_to_do(begun: Cell):
    (begun.folder / "log.jsonl").touch()
    (begun.folder / CONFIG).unlink()
    with pytest.raises(ConfigError, match=f"{begun.folder}: this run has no {CONFIG} any more.*delete the folder"):
        check_earlier_runs([begun], [], tell=print)
