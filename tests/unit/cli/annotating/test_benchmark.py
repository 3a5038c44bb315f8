"""`jmt benchmark` measures every level of a model, and what it prints are words per second."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.evaluation import speed


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("The small dog ran home. She did not see it.\n" * 3, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "thread_counts", lambda: [1])


def test_every_level_is_measured_with_all_tasks_up_to_it(
    tiny_checkpoint: Path, text: Path, capsys: pytest.CaptureFixture[str]
):
    words = ["benchmark", "--model", str(tiny_checkpoint), "--text", str(text), "--rounds", "2", "--json"]
    assert main(words) == 0

    content = json.loads(capsys.readouterr().out)
    rows = content["rows"]
    assert content["matrix_gflop_per_second"]["1"] > 0
    assert [row["tasks"] for row in rows] == [
        "splitting into words",
        "xpos",
        "xpos chunk",
        "xpos chunk dep",
        "relatedness",
        "relatedness entailment",
    ]
    assert all(0 < row["slowest"] <= row["median"] <= row["fastest"] for row in rows)


@pytest.mark.parametrize("engine", ["runtime", "torch"])
def test_the_table_says_what_each_level_adds_and_what_the_engine_multiplies(
    engine: str, tiny_checkpoint: Path, text: Path, capsys: pytest.CaptureFixture[str]
):
    words = ["--model", str(tiny_checkpoint), "--text", str(text), "--rounds", "1", "--threads", "1"]
    assert main(["benchmark", *words, "--engine", engine]) == 0

    header, *rows, rate = capsys.readouterr().out.splitlines()
    assert header.endswith("adds us/word")
    assert len(rows) == 6
    assert rate.startswith(f"matrix products of the engine {engine}, 1 thread(s): ")


def test_no_rounds_are_refused(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["benchmark", "--model", str(tiny_checkpoint), "--rounds", "0"]) != 0
    assert "--rounds 0" in capsys.readouterr().err
