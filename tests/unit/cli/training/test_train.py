"""`jmt train`: what it prints, what it leaves, and which epoch its figures are of."""

from __future__ import annotations

import json
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from jmt.cascade.checkpoint import model_hash, read_card
from jmt.cli.main import main
from jmt.network import checkpoint
from jmt.runs.run import Run
from jmt.training.events import Event
from jmt.training.selection import Selection
from tests.assets.tiny_corpus import write_tiny_corpus


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield str(write_tiny_corpus(tmp_path / "corpus"))
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


def epochs_of(run: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    return [line for line in lines if line["event"] == "epoch"]


def test_the_figures_are_those_of_the_best_epoch(config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    scores = iter([0.2, 0.9, 0.5])
    monkeypatch.setattr(Selection, "score", lambda self, results: next(scores))
    run = tmp_path / "run"

    assert main(["train", config, "--output", str(run), "--set", "training.epochs=3"]) == 0
    metrics, epochs = json.loads((run / "metrics.json").read_text()), epochs_of(run)
    for task, values in epochs[1]["metrics"].items():
        assert metrics[task] == pytest.approx(values)
    assert metrics["dep"] != pytest.approx(epochs[2]["metrics"]["dep"])
    assert model_hash(run / "best") != model_hash(run / "last")
    assert read_card(run / "best")["epoch"] == 2
    assert metrics["run"]["split"] == "dev"
    assert metrics["run"]["seed"] == 4


def test_the_table_goes_to_stdout_and_all_else_to_stderr(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["train", config, "--tasks", "xpos,dep", "--set", "training.epochs=1"]) == 0
    captured = capsys.readouterr()
    (run,) = (tmp_path / "runs").iterdir()

    assert re.fullmatch(r"tiny-\d{8}-\d{6}", run.name)
    lines = captured.out.splitlines()
    assert lines[0].split() == ["task", "metric", "dev"]
    assert {tuple(line.split()[:2]) for line in lines[1:]} >= {("xpos", "accuracy"), ("dep", "uas"), ("dep", "las")}
    assert "words/s" in captured.err
    assert f"best epoch 1: runs/{run.name}/best" in captured.err
    assert {path.name for path in run.iterdir()} >= {"config.toml", "log.jsonl", "metrics.json", "best", "last"}


def test_corpora_without_a_dev_split_are_trained_on_too(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    path = Path(config)
    path.write_text(re.sub(r"^dev = .*\n", "", path.read_text(), flags=re.MULTILINE))

    assert main(["train", config, "--output", str(run), "--set", "training.epochs=1"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith(f"no best epoch: the model is {run}/last\n")
    assert checkpoint.load(run).config.tasks.keys() == {"xpos", "chunk", "dep", "relatedness", "entailment"}


def test_a_stopped_run_tells_the_command_that_goes_on_with_all_that_it_needs(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "my corpora").mkdir()
    events = Run.events

    def interrupted(work: Run) -> Iterator[Event]:
        for number, event in enumerate(events(work)):
            if number == 2:
                signal.raise_signal(signal.SIGTERM)
            yield event

    given = ["--corpora", str(tmp_path / "my corpora"), "--device", "cpu", "--set", "training.epochs=1"]
    monkeypatch.setattr(Run, "events", interrupted)
    assert main(["train", config, "--output", "run", "--tasks", "xpos,dep", *given]) == 128 + signal.SIGTERM
    told = capsys.readouterr().err.partition("stopped; continue with: ")[2].splitlines()[0]

    assert told == f"jmt train run/config.toml --output run --corpora '{tmp_path}/my corpora' --device cpu --resume"
    monkeypatch.setattr(Run, "events", events)
    assert main(shlex.split(told)[1:]) == 0
    assert checkpoint.load(tmp_path / "run").config.tasks.keys() == {"xpos", "dep"}
    monkeypatch.setattr(Run, "events", interrupted)
    assert (
        main(["train", config, "--output", "next", "--from", "run", "--tasks", "xpos,dep", *given])
        == 128 + signal.SIGTERM
    )
    assert "--device cpu --from run --resume" in capsys.readouterr().err


def test_a_language_whose_package_is_missing_is_trained_where_words_are_given(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Raw text is refused with the package that spaCy asks for, and so are pairs, whose sentences have to be split."""
    options = ["--set", "training.epochs=1", "--set", "language=vi"]
    run = str(tmp_path / "run")
    assert main(["train", config, "--tasks", "xpos", "--output", run, *options]) == 0
    (tmp_path / "words").write_text("Con mèo\n", encoding="utf-8")
    capsys.readouterr()

    assert main(["annotate", "--model", run, "--from", "tokens", str(tmp_path / "words")]) == 0
    assert main(["annotate", "--model", run, "--from", "text", str(tmp_path / "words")]) == 2
    assert "pyvi" in capsys.readouterr().err.lower()
    assert main(["train", config, "--output", str(tmp_path / "pairs"), *options]) == 2
    assert "pyvi" in capsys.readouterr().err.lower()
