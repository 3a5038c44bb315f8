"""Networks compared from the command line: equal budgets, runs that go on, tables from the runs' own logs."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import pytest

from jmt.cli.main import main
from jmt.errors import ConfigError
from jmt.experiments.report_files import check_own
from tests.assets.tiny_corpus import write_tiny_corpus

LAST = '{"event": "epoch", "epoch": 1, "step": 3, "metrics": SCORES, "time": 1.0}\n'
"""The line of a log that has the scores."""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    config = write_tiny_corpus(tmp_path)
    return ["ablate", str(config), "--output", str(tmp_path / "out"), "--set", "training.epochs=1", "--seeds", "1,2"]


def test_every_network_is_trained_with_every_seed_and_a_second_call_trains_nothing(command, tmp_path, capsys):
    assert main([*command, "--variants", "cascade,single"]) == 0
    first = capsys.readouterr()
    out = tmp_path / "out"
    runs = sorted(str(path.parent.relative_to(out)) for path in out.glob("*/*/log.jsonl"))

    assert len(runs) == 2 * (1 + 5)
    assert first.out == (out / "ablation.md").read_text(encoding="utf-8")
    assert "| cascade | 2 |" in first.out
    assert first.out.startswith(
        "# Networks compared\n\n12 of 12 runs have ended: xpos, chunk, dep, relatedness, entailment;"
    )
    assert "- `single`: each task by itself" in first.out
    assert "- `flat`" not in first.out
    assert "| cascade - single |" in first.out
    content = json.loads((out / "ablation.json").read_text(encoding="utf-8"))
    results = content["results"]
    assert set(results["single"]["2"]) == set(results["cascade"]["2"]) == {
        "xpos", "chunk", "dep", "relatedness", "entailment"
    }  # fmt: skip
    assert results["cascade"]["1"] != results["cascade"]["2"]
    assert not list(out.glob("*/*/best")) + list(out.glob("*/*/last"))
    assert (content["kind"], content["margin"], content["verdicts"]) == ("variants", 0.5, [])
    assert "cascade - single by xpos accuracy" in content["not_judged"]  # one epoch: words alone tell more
    assert "Not judged, since neither side beats an answer without a model: cascade - single by xpos" in first.out
    assert not list(out.glob("verdicts.*"))

    assert main([*command, "--variants", "cascade,single"]) == 0
    second = capsys.readouterr()
    assert second.out == first.out
    assert "run 1 of" not in second.err

    assert main([*command, "--variants", "cascade,single", "--set", "training.batch_size=3"]) == 2
    assert "this run was begun with another configuration: training.batch_size = 3 (was " in capsys.readouterr().err


def test_what_networks_get_right_on_unknown_words_is_kept_and_differences_are_judged(command, tmp_path, capsys):
    assert main([*command, "--paper", "words-only", "--margin", "2", "--set", "training.share=0.1"]) == 0
    told, out = capsys.readouterr().out, tmp_path / "out"
    assert {path.parent.name for path in out.glob("*/1")} == {"all", "words-only"}

    content = json.loads((out / "ablation.json").read_text(encoding="utf-8"))
    kept = json.loads((out / "words-only" / "2" / "dev-unknown.json").read_text(encoding="utf-8"))
    scores = content["results"]["words-only"]["2"]["xpos"]
    assert kept["xpos"]["unknown accuracy"] == scores["unknown accuracy"]
    assert 0 < scores["unknown count"] < scores["count"]
    assert [(one["comparison"], one["endpoint"], one["seeds"]) for one in content["verdicts"]] == [
        ("all - words-only", "xpos unknown accuracy", 2)
    ]
    assert "xpos unknown accuracy" in told
    assert (out / "verdicts.png").read_bytes().startswith(b"\x89PNG")
    assert "all - words-only" in (out / "verdicts.svg").read_text(encoding="utf-8")
    assert "within ±2 by two one-sided tests" in told
    assert main([*command, "--paper", "words-only", "--margin", "-1"]) == 2
    assert "--margin -1: points above 0 are needed" in capsys.readouterr().err


def test_a_run_that_was_killed_before_its_last_scores_gets_them(command, tmp_path):
    command = [*command, "--seeds", "1", "--variants", "cascade", "--set", "training.checkpoint_seconds=1e-9"]
    assert main(command) == 0
    folder = tmp_path / "out" / "cascade" / "1"
    kept = (folder / "dev-unknown.json").read_text(encoding="utf-8")
    scores = json.loads((tmp_path / "out" / "ablation.json").read_text(encoding="utf-8"))["results"]

    shutil.rmtree(folder)
    with pytest.MonkeyPatch.context() as patch:  # killed between the last epoch and what follows it
        patch.setattr("jmt.experiments.unknown_words.write_unknown", Mock(side_effect=KeyboardInterrupt))
        assert main(command) == 130
    assert (folder / "last").exists()
    assert not (folder / "dev-unknown.json").exists()
    assert main(command) == 0
    assert (folder / "dev-unknown.json").read_text(encoding="utf-8") == kept
    assert json.loads((tmp_path / "out" / "ablation.json").read_text(encoding="utf-8"))["results"] == scores
    assert not (folder / "last").exists()


def test_a_comparison_that_was_stopped_trains_what_is_missing_and_comes_to_the_same(command, tmp_path, capsys):
    command = [*command, "--variants", "cascade,flat"]
    assert main(command) == 0
    whole = (tmp_path / "out" / "ablation.json").read_text(encoding="utf-8")
    log = tmp_path / "out" / "flat" / "2" / "log.jsonl"
    for path in sorted(log.parent.rglob("*"), reverse=True):  # as if it had been killed before its first step
        if path.name != "config.toml":
            path.unlink() if path.is_file() else path.rmdir()
    capsys.readouterr()

    assert main(command) == 0
    assert "run 4 of 4" in capsys.readouterr().err
    again = (tmp_path / "out" / "ablation.json").read_text(encoding="utf-8")
    assert json.loads(again)["results"] == json.loads(whole)["results"]


@pytest.mark.parametrize("left", ["nothing but curves", "the checkpoint of before", "half a log and no checkpoint"])
def test_wherever_a_run_was_killed_the_same_command_goes_on(left: str, command, tmp_path, monkeypatch, capsys):
    command = [*command, "--seeds", "1", "--variants", "cascade", "--set", "training.checkpoint_seconds=1e-9"]
    with monkeypatch.context() as patch:
        patch.setattr("jmt.experiments.unknown_words.write_unknown", Mock(side_effect=KeyboardInterrupt))
        assert main(command) == 130
    folder = tmp_path / "out" / "cascade" / "1"
    if left == "the checkpoint of before":  # between the two renames with which a new one takes its place
        (folder / "last").rename(folder / ".last.old")
    else:
        shutil.rmtree(folder / "last")
        log = (folder / "log.jsonl").read_text(encoding="utf-8")
        (folder / "log.jsonl").write_text(log[: len(log) // 2], encoding="utf-8")
    if left == "nothing but curves":
        shutil.rmtree(folder / "best", ignore_errors=True)
        (folder / "log.jsonl").unlink()
        (folder / "origin.json").unlink()
        assert {path.name for path in folder.iterdir()} == {"config.toml", "tensorboard"}
    capsys.readouterr()
    assert main(command) == 0
    assert ("epoch 1/1" in capsys.readouterr().err) == (left != "the checkpoint of before")
    assert (folder / "dev-unknown.json").exists()


def test_a_folder_in_which_something_strange_lies_is_never_deleted(command, tmp_path, capsys):
    command = [*command, "--seeds", "1", "--variants", "cascade"]
    assert main(command) == 0
    folder = tmp_path / "out" / "cascade" / "1"
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    (folder / "log.jsonl").unlink()
    assert main(command) == 2
    assert f"Delete {folder}, and the same command trains this run again" in capsys.readouterr().err
    assert (folder / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("dev-unknown.json", "{", "dev-unknown.json: damaged: "),
        ("dev-unknown.json", "[]", "dev-unknown.json: damaged: it holds no table"),
        ("dev-unknown.json", '{"xpos": 1}', "dev-unknown.json: damaged: a task has no table"),
        ("config.toml", "[training", "config.toml: damaged: "),
        ("config.toml", None, "this run has no config.toml any more"),
        ("log.jsonl", LAST.replace("SCORES", "{}"), "log.jsonl: damaged: the last epoch has no scores"),
        ("log.jsonl", LAST.replace("SCORES", '{"dep": {"las": NaN}}'), "log.jsonl:1: damaged: not an event"),
        ("log.jsonl", '{"event": 5}\n', "log.jsonl:1: damaged: not an event of a run's log: `event` is 5"),
        ("log.jsonl", None, "dev-unknown.json is that of a run that has ended, but log.jsonl has no last epoch"),
        ("origin.json", '{"corpora": [1]}', "origin.json: damaged: `corpora` is no table"),
        ("origin.json", "", "origin.json: damaged: "),
        ("origin.json", "FOLDER", "origin.json: damaged: it is a folder. Delete "),
    ],
)
def test_a_damaged_record_is_named_with_what_to_do(
    name: str, content: str | None, message: str, command, tmp_path, capsys
):
    command = [*command, "--seeds", "1", "--variants", "cascade", "--set", "training.share=0.1"]
    assert main(command) == 0
    path = tmp_path / "out" / "cascade" / "1" / name
    path.unlink()
    if content == "FOLDER":
        path.mkdir()
    elif content is not None:
        path.write_text(content, encoding="utf-8")
    capsys.readouterr()
    assert main(command) in (1, 2)
    told = capsys.readouterr().err
    assert message in told
    assert "elete" in told
    shutil.rmtree(path.parent)
    assert main(command) == 0


def test_runs_on_other_files_than_are_there_now_are_refused(command, tmp_path, capsys):
    command = [*command, "--seeds", "1", "--variants", "cascade", "--set", "training.share=0.1"]
    assert main(command) == 0
    origin = tmp_path / "out" / "cascade" / "1" / "origin.json"
    before = json.loads(origin.read_text(encoding="utf-8"))
    corpus, splits = next(iter(before["corpora"].items()))
    splits["train"]["sha256"] = "0" * 64
    origin.write_text(json.dumps(before), encoding="utf-8")
    assert main(command) == 2
    assert f"this run was made with other files of {corpus} than are here now" in capsys.readouterr().err


def test_a_run_without_scores_on_unknown_words_is_named_in_the_report(command, tmp_path, capsys):
    command = [*command, "--variants", "cascade", "--set", "training.share=0.1"]
    assert main(command) == 0
    assert "Without scores on unknown words" not in capsys.readouterr().out
    (tmp_path / "out" / "cascade" / "2" / "dev-unknown.json").unlink()
    assert main(command) == 0
    assert "since these runs have no such record: cascade at seed 2." in capsys.readouterr().out


def test_runs_of_relations_and_of_ablations_do_not_share_a_folder(command, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "relations.json").write_text("{}", encoding="utf-8")
    assert main(command) == 2
    assert "the runs of another comparison lie there (relations.json)" in capsys.readouterr().err
    (tmp_path / "out" / "relations.json").rename(tmp_path / "out" / "ablation.json")
    assert main(["relations", *command[1:]]) == 2
    assert "the runs of another comparison lie there (ablation.json)" in capsys.readouterr().err
    command[command.index(str(tmp_path / "out"))] = command[1]
    assert main(command) == 2
    assert "this is a file; --output names a folder" in capsys.readouterr().err
    command[command.index(command[1], 2)] = f"{command[1]}/deep/er"
    assert main(command) == 2
    assert f"no folder can be made there, as {command[1]} is a file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("report", "kind"),
    [("{}", "variants"), ('{"kind": "variants"}', "variants"), ('{"kind": "paper"}', "paper"), ('{"kind":', None)],
)
def test_a_comparison_does_not_overwrite_the_report_of_another_kind(report: str, kind: str | None, tmp_path: Path):
    (tmp_path / "ablation.json").write_text(report, encoding="utf-8")
    for asked in ("variants", "paper", "methods"):
        if kind in (asked, None):
            check_own(tmp_path, "ablation", asked)
            continue
        with pytest.raises(ConfigError, match=f"jmt ablate --{kind}` lies there .*of --{asked} would"):
            check_own(tmp_path, "ablation", asked)


@pytest.mark.parametrize("name", ["ablation.json", "ablation.md", "verdicts.png"])
def test_a_folder_in_the_place_of_a_report_is_named_before_anything_is_trained(name: str, command, tmp_path, capsys):
    (tmp_path / "out" / name).mkdir(parents=True)
    assert main(command) == 2
    assert f"{name}: a folder stands where a file of the report goes; move the folder" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["cascade", "cascade/1"])
def test_a_file_in_the_place_of_a_run_is_named_before_anything_is_trained(place: str, command, tmp_path, capsys):
    path = tmp_path / "out" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file where a run is to lie", encoding="utf-8")
    assert main(command) == 2
    assert f"this run has no place, as {path} is a file: move it away" in capsys.readouterr().err


def test_what_cannot_be_compared_is_refused(command, capsys):
    for more, message in (
        (["--seeds", "1,1"], "--seeds 1,1: different whole numbers"),
        (["--seeds", "one"], "--seeds one: different whole numbers"),
        (["--seeds=-1"], "--seeds -1: different whole numbers from 0 upwards"),
        (["--methods", "mgda", "--tuning-seed", "-3"], "--tuning-seed -3: a number from 0 upwards"),
        (["--methods", "mgda", "--static", "5000"], "--static 5000: at most 1000 can be compared"),
        (["--variants", "cascade,bush"], "no `bush`; there are cascade, flat, single"),
        (["--variants", "flat,cascade,flat"], "--variants flat,cascade,flat: `flat` is there twice; name each once"),
        (["--methods", "sum,sum"], "--methods sum,sum: `sum` is there twice"),
        (["--paper", "abc,abc"], "--paper abc,abc: `abc` is there twice"),
        (["--tasks", "xpos, xpos"], "--tasks xpos, xpos: `xpos` is there twice"),
        (["--tasks", ""], "--tasks '': this names nothing; write names with commas between"),
        (["--set", "training.selection.patience=2"], "runs of equal budgets all go to their last epoch"),
    ):
        assert main([*command, *more]) == 2
        assert message in capsys.readouterr().err


def test_runs_side_by_side_come_to_what_runs_in_a_row_come_to(command, tmp_path, capsys):
    command = [*command, "--variants", "cascade,flat", "--set", "training.threads=1", "--seeds", "1"]
    assert main(command) == 0
    in_a_row = json.loads((tmp_path / "out" / "ablation.json").read_text(encoding="utf-8"))["results"]
    capsys.readouterr()
    command[command.index(str(tmp_path / "out"))] = str(tmp_path / "beside")

    assert main([*command, "--jobs", "2"]) == 0

    said = capsys.readouterr().err
    assert json.loads((tmp_path / "beside" / "ablation.json").read_text(encoding="utf-8"))["results"] == in_a_row
    assert all(f"run {number} of 2 done after " in said for number in (1, 2))
    assert "epoch 1/1" in (tmp_path / "beside" / "flat" / "1.log").read_text(encoding="utf-8")

    assert main([*command, "--jobs", "2"]) == 0
    assert "run 1 of" not in capsys.readouterr().err


def test_a_run_that_fails_beside_others_says_why_and_no_other_is_begun(command, tmp_path, capsys):
    (tmp_path / "out" / "cascade" / "1").mkdir(parents=True)
    (tmp_path / "out" / "cascade" / "1" / "thesis.txt").write_text("mine", encoding="utf-8")

    assert main([*command, "--variants", "cascade,flat", "--jobs", "2"]) == 2

    said = capsys.readouterr().err
    assert " of 4 failed: " in said
    assert str(tmp_path / "out" / "cascade" / "1") in said
    assert not (tmp_path / "out" / "flat" / "2").exists()
    assert "Traceback" not in (tmp_path / "out" / "cascade" / "1.log").read_text(encoding="utf-8")


def test_a_corpus_that_cannot_be_read_is_told_before_anything_is_trained(command, tmp_path, capsys):
    for corpus in tmp_path.rglob("*dev*.conllu"):
        corpus.write_text("no CoNLL-U at all\n", encoding="utf-8")

    assert main([*command, "--variants", "cascade,flat"]) == 1

    assert "dev.conllu:1: 1 column where CoNLL-U has 10" in capsys.readouterr().err
    assert not (tmp_path / "out" / "cascade").exists()


def test_runs_side_by_side_that_are_stopped_leave_checkpoints_to_go_on_from(command, tmp_path):
    command[command.index("training.epochs=1")] = "training.epochs=400"
    command = [sys.executable, "-m", "jmt.cli.main", *command, "--variants", "cascade,flat", "--jobs", "2"]
    logs = [tmp_path / "out" / network / "1.log" for network in ("cascade", "flat")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not all(log.exists() and "epoch 1/400" in log.read_text(encoding="utf-8") for log in logs):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)

    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)

    assert process.returncode == 128 + signal.SIGTERM
    assert said.rstrip().endswith("stopped; the same command goes on")
    assert all((log.with_suffix("") / "last").exists() for log in logs)


def test_runs_at_once_are_one_or_more(command, capsys):
    assert main([*command, "--jobs", "0"]) == 2
    assert "--jobs 0: a number from 1 upwards is needed" in capsys.readouterr().err
