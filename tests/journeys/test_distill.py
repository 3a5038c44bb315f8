"""`jmt distill`: a small cascade learns from a trained one, from gold and from raw text; and what is refused."""

from __future__ import annotations

import json
import shlex
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jmt.cascade.checkpoint import model_hash
from jmt.cli.main import main
from jmt.network import checkpoint
from jmt.runs.run import Run
from jmt.training.events import StepDone
from tests.assets.tiny_corpus import write_tiny_corpus

pytestmark = pytest.mark.usefixtures("torch_as_before")

MIXED = ["--set", "training.schedule=sampled", "--set", "training.epochs=3", "--device", "cpu"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("distill")


@pytest.fixture(scope="module")
def run(folder: Path) -> Callable[..., int]:
    config = write_tiny_corpus(folder / "corpus")

    def call(command: str, name: str, *options: str) -> int:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
            return main([command, str(config), "--output", str(folder / name), *MIXED, *options])

    return call


@pytest.fixture(scope="module")
def teacher(run: Callable[..., int], folder: Path) -> Path:
    assert run("train", "teacher") == 0
    return folder / "teacher"


def test_a_smaller_cascade_learns_from_a_larger_one_and_from_raw_text(run, teacher, folder, capsys):
    raw = folder / "raw.txt"
    raw.write_text("The old cat sat on a mat. A dog ran to them.\n\nShe saw the small dog.\n", encoding="utf-8")
    small = ["--set", "encoder.hidden_size=5", "--set", "training.distillation.pairs=6"]
    assert run("distill", "small", "--teacher", str(teacher), "--raw", str(raw), *small) == 0
    assert "3 raw sentences from 1 files" in capsys.readouterr().err
    student, model = checkpoint.load(folder / "small"), checkpoint.load(teacher)
    assert student.encoder.size == 10
    assert {name: labels.labels for name, labels in student.labels.items()} == {
        name: labels.labels for name, labels in model.labels.items()
    }
    passes = [json.loads(line) for line in (folder / "small/log.jsonl").read_text().splitlines()]
    assert [line["task"] for line in passes if line["event"] == "pass"] == ["all"] * 3
    assert (folder / "small/metrics.json").exists()


def test_labels_of_the_corpora_that_a_teacher_lacks_are_told_and_other_schemes_refused(run, teacher, folder, capsys):
    few = ["--teacher", str(teacher), "--set", "training.distillation.pairs=6", "--set", "training.epochs=1"]
    trees = folder / "corpus/train.conllu"
    kept = trees.read_text(encoding="utf-8")
    trees.write_text(kept.replace("\tDT\t", "\tQQ\t"), encoding="utf-8")
    try:
        assert run("distill", "unknown", *few) == 0
    finally:
        trees.write_text(kept, encoding="utf-8")
    told = capsys.readouterr().err
    assert "xpos: the teacher lacks 1 label: QQ; what has them in the corpora is learned from the teacher alone" in told
    assert "dep: the teacher lacks" not in told
    assert run("distill", "scheme", *few, "--set", "task.chunk.scheme=iob2") == 2
    assert "task.chunk.scheme: the student has iob2, the teacher iobes" in capsys.readouterr().err


def test_a_stopped_distillation_tells_the_command_that_goes_on_and_it_comes_to_the_same(
    run, teacher, folder, capsys, monkeypatch
):
    raw = folder / "raw text.txt"
    raw.write_text("The old cat sat on a mat.\n\nShe saw the small dog.\n", encoding="utf-8")
    given = ["--teacher", str(teacher), "--raw", str(raw), "--set", "training.distillation.pairs=6"]
    assert run("distill", "whole", *given) == 0
    stop_after(2, monkeypatch)
    assert run("distill", "stopped", *given) == 128 + signal.SIGINT
    told = capsys.readouterr().err.partition("stopped; continue with: ")[2].splitlines()[0]
    assert told == (
        f"jmt distill {folder}/stopped/config.toml --output {folder}/stopped --device cpu "
        f"--teacher {teacher} --raw '{raw}' --resume"
    )
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    assert main(shlex.split(told)[1:]) == 0
    assert model_hash(folder / "stopped/last") == model_hash(folder / "whole/last")


def stop_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C come after some steps."""
    events = Run.events

    def interrupted(work: Run) -> Iterator[object]:
        count = 0
        for event in events(work):
            count += isinstance(event, StepDone)
            if count == steps:
                signal.raise_signal(signal.SIGINT)
            yield event

    patch.setattr(Run, "events", interrupted)


def test_a_teacher_of_other_tasks_and_a_lesson_without_a_teacher_are_refused(run, teacher, capsys):
    assert run("train", "alone", "--set", "training.distillation.weight=0.5") == 2
    assert "jmt distill --teacher MODEL" in capsys.readouterr().err
    assert run("distill", "other", "--teacher", str(teacher), "--set", "training.schedule=successive") == 2
    assert "a teacher needs `sampled` or `joint`" in capsys.readouterr().err
    assert run("distill", "none", "--teacher", "no/such/model") != 0
    assert "no/such/model" in capsys.readouterr().err
