"""Which task helps which, from the command line: runs that go on, reports from the runs' own logs, planted transfer."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from pathlib import Path

import pytest

from benchmarks.planted_relations import write_planted
from jmt.cli.main import main
from jmt.experiments.relations.step_log import StepLog

FILES = ["relations.json", "relations.md", "relations.png", "relations.svg"]
RUNS = ["all", "pair-copy-chance", "pair-few-chance", "pair-few-copy", "single-chance", "single-copy", "single-few"]


def command(config: Path, output: Path) -> list[str]:
    """The command for one seed and two short epochs."""
    edits = ["--set", "training.epochs=2", "--set", "training.batch_size=10"]
    return ["relations", str(config), "--output", str(output), "--seeds", "1", *edits]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_planted(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def finished(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole search; not to be written to."""
    output = tmp_path_factory.mktemp("relations") / "out"
    assert main(command(config, output)) == 0
    return output


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return Path(shutil.copytree(finished, tmp_path / "out"))


def content_of(folder: Path) -> dict:
    return json.loads((folder / "relations.json").read_text(encoding="utf-8"))


def test_a_margin_that_is_none_is_refused_before_anything_is_trained(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([*command(config, tmp_path / "out"), "--margin", "0"]) == 2
    assert "--margin 0: points above 0 are needed" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_mechanisms_are_shown_alone(capsys: pytest.CaptureFixture[str]):
    assert main(["relations", "--mechanisms", "--placebo"]) == 2
    assert "--mechanisms trains nothing: drop --placebo, or leave --mechanisms out" in capsys.readouterr().err
    assert main(["relations", "demo", "--mechanisms", "--output", "out"]) == 2
    assert "drop CONFIG and --output, or leave" in capsys.readouterr().err


def test_tasks_that_are_not_named_are_left_out(config: Path, tmp_path: Path):
    assert main([*command(config, tmp_path / "out"), "--tasks", "few,copy"]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()} == {
        "all", "pair-few-copy", "single-copy", "single-few"
    }  # fmt: skip


def test_every_run_is_trained_and_reported_with_equal_updates(finished: Path):
    assert sorted(path.name for path in finished.iterdir()) == sorted([*FILES, *RUNS])
    assert not [*finished.glob("*/*/best"), *finished.glob("*/*/last")]
    content = content_of(finished)
    updates = {(gain["main"], gain["helper"]): gain["updates"]["1"] for gain in content["gains"]}

    assert len(updates) == 6
    assert {main: counts["alone"] for (main, _), counts in updates.items()} == {"few": 4, "copy": 8, "chance": 8}
    assert all(counts["alone"] == counts["pair"] for counts in updates.values())
    assert content["alone"]["few"]["losses"].keys() == {f"{tenth / 10}" for tenth in range(1, 11)}
    cosine, affinity = (content["estimates"][name] for name in ("gradient cosine", "lookahead affinity"))
    assert (cosine["steps"], affinity["steps"]) == (7, 8)  # classifiers start at zero: at first no gradient passes them
    assert cosine["pairs"] == affinity["pairs"] == 6
    assert (content["features"]["copy"]["examples"], content["features"]["few"]["unknown"] > 0.3) == (40, True)
    assert (finished / "relations.png").read_bytes().startswith(b"\x89PNG")


def test_a_second_call_trains_nothing_and_says_the_same(config: Path, finished: Path, out: Path, capsys):
    assert main(command(config, out)) == 0
    captured = capsys.readouterr()

    assert "run 1 of" not in captured.err
    assert captured.out == (finished / "relations.md").read_text(encoding="utf-8")
    for name in FILES:
        assert (out / name).read_bytes() == (finished / name).read_bytes()


def test_without_matplotlib_all_but_the_figures_is_written(config: Path, out: Path, capsys, monkeypatch):
    for module in [name for name in sys.modules if name.startswith(("matplotlib", "jmt.experiments.figures"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, "jmt.experiments.relations.figure", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for name in FILES:
        (out / name).unlink()
    assert main(command(config, out)) == 0

    assert sorted(path.name for path in out.iterdir() if path.is_file()) == FILES[:2]
    assert capsys.readouterr().err.startswith("no figures were drawn")


def test_a_search_that_was_stopped_goes_on_to_the_same_result(
    config: Path, finished: Path, out: Path, monkeypatch, capsys
):
    shutil.rmtree(out / "all")
    shutil.rmtree(out / "pair-few-copy")
    hear = StepLog.hear

    def hear_and_stop(log: StepLog, event: object) -> None:
        hear(log, event)
        if getattr(event, "position", None) == 3 and event.epoch == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(StepLog, "hear", hear_and_stop)
    assert main(command(config, out)) == 128 + signal.SIGINT
    assert "stopped; the same command goes on" in capsys.readouterr().err
    assert content_of(out)["runs"]["ended"] < 7
    monkeypatch.undo()

    with (out / "all" / "1" / "log.jsonl").open("a", encoding="utf-8") as log:  # what a kill would leave behind
        log.write('{"event": "step", "epoch": 2, "step": 8, "task": "few", "loss": 1, "skipped": false, "time": 1}\n{')
    assert main(command(config, out)) == 0
    err = capsys.readouterr().err
    assert [line for line in err.splitlines() if line.startswith("run ")] == [
        f"run 1 of 7: {out / 'all' / '1'}",
        f"run 5 of 7: {out / 'pair-few-copy' / '1'}",
    ]
    assert content_of(out) == content_of(finished)


def test_what_cannot_be_compared_is_refused_before_anything_is_trained(config: Path, out: Path, tmp_path: Path, capsys):
    before = content_of(out)
    for words, message in (
        ([*command(config, out), "--set", "training.share=0.5"], "begun with another configuration"),
        ([*command(config, tmp_path / "new"), "--seeds", "1,1"], "--seeds 1,1: different whole numbers"),
        (
            [*command(config, tmp_path / "new"), "--set", "training.selection.patience=2"],
            "to their last epoch; drop it",
        ),
    ):
        assert main(words) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.out == ""
    assert content_of(out) == before
    assert not (tmp_path / "new").exists()


def test_a_corpus_without_dev_is_refused(config: Path, tmp_path: Path, capsys):
    text = config.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.endswith('copy.dev"')]
    path = tmp_path / "without.toml"
    path.write_text("\n".join(lines), encoding="utf-8")

    assert main(command(path, tmp_path / "new")) == 2
    assert "task.copy: its corpus has no dev split, and gains are measured there" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_labels_of_a_copy_help_and_shuffled_ones_do_not(config: Path, tmp_path: Path):
    folder = tmp_path / "out"
    assert main(["relations", str(config), "--output", str(folder), "--seeds", "1,2", "--placebo"]) == 0
    content = content_of(folder)
    gains = {(gain["main"], gain["helper"]): gain["by_seed"] for gain in content["gains"]}
    controls = {(of["main"], of["helper"]): of["by_seed"] for of in content["controls"]}

    assert len(controls) == 6
    for seed in ("1", "2"):
        assert gains["few", "copy"][seed] > controls["few", "copy"]["placebo"][seed] + 0.1
        assert gains["few", "copy"][seed] > controls["few", "copy"]["longer"][seed] + 0.1
    logs = {name: (folder / name / "1" / "log.jsonl").read_text() for name in ("pair-few-copy", "longer-few-copy")}
    assert abs(logs["pair-few-copy"].count('"step",') - logs["longer-few-copy"].count('"step",')) <= 15
    assert "## Placebos" in (folder / "relations.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_copy_with_more_data_is_ranked_above_a_task_without_meaning_and_harms_nobody(config: Path, tmp_path: Path):
    assert main(["relations", str(config), "--output", str(tmp_path / "out"), "--seeds", "1,2"]) == 0
    content = content_of(tmp_path / "out")
    gains = {(gain["main"], gain["helper"]): gain for gain in content["gains"]}
    helps, says_nothing, back = gains["few", "copy"], gains["few", "chance"], gains["copy", "few"]

    assert helps["mean"] > says_nothing["mean"] + 0.1
    assert min(helps["by_seed"].values()) > 0
    assert back["verdict"]["reads_as"] != "below"
    affinity = {(of["main"], of["helper"]): of["value"] for of in content["estimates"]["lookahead affinity"]["values"]}
    assert affinity["few", "copy"] > affinity["few", "chance"]
