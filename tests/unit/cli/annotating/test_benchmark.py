"""`jmt benchmark` measures every level of a model, and what it prints are words per second."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jmt.cli.annotating import benchmark
from jmt.cli.main import main


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("The small dog ran home. She did not see it.\n" * 3, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "thread_counts", lambda: [1])


def test_every_level_is_measured_with_all_tasks_up_to_it(
    tiny_checkpoint: Path, text: Path, capsys: pytest.CaptureFixture[str]
):
    words = ["benchmark", "--model", str(tiny_checkpoint), "--text", str(text), "--rounds", "2", "--json"]
    assert main(words) == 0

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["tasks"] for row in rows] == [
        "splitting into words",
        "xpos",
        "xpos chunk",
        "xpos chunk dep",
        "relatedness",
        "relatedness entailment",
    ]
    assert all(0 < row["slowest"] <= row["median"] <= row["fastest"] for row in rows)


def test_speed_is_words_by_seconds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(benchmark, "time_rounds", lambda work, rounds: [2.0, 1.0, 4.0])

    (row,) = benchmark.measure_all([("1", "xpos", 100, lambda: None)], threads=1, rounds=3)
    assert row == [1, "1", "xpos", 50, 25, 100]


def test_the_first_run_is_warm_up_and_not_timed():
    calls: list[int] = []

    assert len(benchmark.time_rounds(lambda: calls.append(1), 3)) == 3
    assert len(calls) == 4


def test_one_thread_is_always_among_the_counts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    assert benchmark.thread_counts()[0] == 1
    assert benchmark.thread_counts()[-1] <= (os.cpu_count() or 1)


def test_no_rounds_are_refused(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["benchmark", "--model", str(tiny_checkpoint), "--rounds", "0"]) != 0
    assert "--rounds 0" in capsys.readouterr().err


def test_the_embedded_corpus_is_measured_on_where_no_text_is_named():
    assert len(benchmark.read_text(None).split()) > 2000
