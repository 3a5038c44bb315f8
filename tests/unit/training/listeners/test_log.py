"""The log of a run: what is worth a line, and what a resumed run forgets because it is done again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jmt.errors import InputError
from jmt.training.listeners.log import JsonLog, lines_of
from jmt.training.progress import Progress
from jmt.training.trainer import Trainer


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_pass_every_epoch_and_the_end_have_a_line(build_trainer: Callable[..., Trainer], tmp_path: Path):
    log = JsonLog(tmp_path / "log.jsonl")
    for event in build_trainer(evaluate=lambda: {"accuracy": 0.5, "las": 0.5, "pearson": 0.1}).events():
        log.hear(event)
    found = lines(tmp_path / "log.jsonl")

    assert [line["event"] for line in found] == (["pass"] * 5 + ["epoch"]) * 2 + ["stopped"]
    assert found[0].keys() >= {"epoch", "step", "task", "loss", "examples", "words", "penalty", "skipped", "time"}
    assert found[5]["metrics"]["dep"]["las"] == 0.5
    assert found[-1]["reason"] == "all epochs done"


def test_steps_are_logged_now_and_then(build_trainer: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.training.listeners.log.EVERY", 4)
    steps = [line["step"] for event in build_trainer().events() for line in lines_of(event) if line["event"] == "step"]

    assert steps == [4, 8, 12, 16, 20]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of two epochs, of which a kill has lost what came after step 12."""
    kept = [
        {"event": "step", "epoch": 1, "step": 8, "task": "dep", "loss": 0.1, "skipped": False},
        {"event": "pass", "epoch": 1, "step": 10, "task": "dep", "examples": 20},
        {"event": "epoch", "epoch": 1, "step": 10, "metrics": {"dep": {"las": 0.1}}},
        {"event": "pass", "epoch": 2, "step": 12, "task": "dep", "examples": 20},
    ]
    again = [
        {"event": "step", "epoch": 2, "step": 13, "task": "dep", "loss": 0.1, "skipped": False},
        {"event": "epoch", "epoch": 2, "step": 20, "metrics": {"dep": {"las": 0.1}}},
        {"event": "stopped", "epoch": 2, "step": 12, "reason": "interrupted"},
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps({**line, "time": 1.5}) + "\n" for line in [*kept, *again]), encoding="utf-8")
    return path


def test_a_resumed_run_forgets_what_it_will_do_again(path: Path):
    kept = lines(path)[:4]
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"event": "pass", "ep')  # the kill came while this was written
    JsonLog(path, after=Progress(epoch=2, position=2, step=12))

    assert lines(path) == kept


@pytest.mark.parametrize("line", ["{", "[]", '{"event": "step"}', '{"event": "pass", "epoch": "2", "step": 1}'])
def test_a_resumed_run_refuses_a_damaged_log_and_leaves_it_as_it_is(path: Path, line: str):
    before = path.read_text(encoding="utf-8").splitlines()
    damaged = "".join(f"{text}\n" for text in [*before[:2], line, *before[2:]])
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(InputError, match=r"log\.jsonl:3: damaged: .*\. Delete the line, or move this log away"):
        JsonLog(path, after=Progress(epoch=2, position=2, step=12))

    assert path.read_text(encoding="utf-8") == damaged
