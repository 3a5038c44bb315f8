"""Networks compared from the command line: equal budgets, runs that go on, tables from the runs' own logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.cli.main import main
from tests.assets.tiny_corpus import write_tiny_corpus


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
    assert "| cascade - single |" in first.out
    results = json.loads((out / "ablation.json").read_text(encoding="utf-8"))["results"]
    assert set(results["single"]["2"]) == set(results["cascade"]["2"]) == {
        "xpos", "chunk", "dep", "relatedness", "entailment"
    }  # fmt: skip
    assert results["cascade"]["1"] != results["cascade"]["2"]
    assert not list(out.glob("*/*/best")) + list(out.glob("*/*/last"))

    assert main([*command, "--variants", "cascade,single"]) == 0
    second = capsys.readouterr()
    assert second.out == first.out
    assert "run 1 of" not in second.err

    assert main([*command, "--variants", "cascade,single", "--set", "training.batch_size=3"]) == 2
    assert "this run was begun with another configuration: training.batch_size = 3 (was " in capsys.readouterr().err


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


def test_what_cannot_be_compared_is_refused(command, capsys):
    for more, message in (
        (["--seeds", "1,1"], "--seeds 1,1: different whole numbers are needed"),
        (["--seeds", "one"], "--seeds one: different whole numbers"),
        (["--variants", "cascade,bush"], "no `bush`; there are cascade, flat, single"),
        (["--set", "training.selection.patience=2"], "runs of equal budgets all go to their last epoch"),
    ):
        assert main([*command, *more]) == 2
        assert message in capsys.readouterr().err
