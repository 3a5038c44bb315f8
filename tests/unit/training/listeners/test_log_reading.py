"""The log of a run, read: what is no event is named with file and line, and what was cut off is forgiven."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jmt.errors import InputError
from jmt.training.listeners.log_reading import read_events

PLACE = {"epoch": 1, "step": 3, "time": 5.0}
EPOCH = {"event": "epoch", **PLACE, "metrics": {"xpos": {"accuracy": 0.5, "count": 9}}, "seconds_evaluating": 1.0}
STEP = {"event": "step", **PLACE, "task": "xpos", "loss": float("nan"), "skipped": True}
DIAGNOSED = {**STEP, "diagnosis": {"stationarity": None, "cosines": {"a/b": 0.5}}}
PASS = {"event": "pass", **PLACE, "task": "all", "examples": 9, "skipped": 0, "loss": 1.0}
STOPPED = {"event": "stopped", **PLACE, "reason": "all epochs done"}
AFFINITY = {"event": "affinity", **PLACE, "affinity": {"a": {"b": 0.5}}}
WHOLE = [STEP, DIAGNOSED, AFFINITY, PASS, EPOCH, STOPPED]


def scores(value: Any) -> dict[str, Any]:
    return {**EPOCH, "metrics": {"xpos": {"accuracy": value}}}


def without(event: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != key}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in WHOLE), encoding="utf-8")
    return path


def test_every_event_that_a_run_writes_is_read_and_the_line_that_a_kill_cut_off_is_not(log: Path):
    assert [event["event"] for event in read_events(log)] == [event["event"] for event in WHOLE]
    with log.open("a", encoding="utf-8") as stream:
        stream.write('{"event": "epo')
    assert len(read_events(log)) == len(WHOLE)
    with log.open("a", encoding="utf-8") as stream:
        stream.write("\n")  # then it was not cut off
    with pytest.raises(InputError, match=f"{log}:7: damaged: not an event of a run's log"):
        read_events(log)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (5, "'5'"),
        ({**EPOCH, "event": 5}, "`event` is 5, where one of step, pass, "),
        ({**EPOCH, "event": ["epoch"]}, "`event` is ['epoch'], where one of "),
        ({**EPOCH, "event": "epok"}, "`event` is 'epok', where one of "),
        (without(EPOCH, "epoch"), "`epoch` is missing"),
        ({**EPOCH, "epoch": True}, "`epoch` is True, where a whole number is needed"),
        (without(EPOCH, "time"), "`time` is missing"),
        ({**EPOCH, "time": "x"}, "`time` is 'x', where a number is needed"),
        ({**EPOCH, "time": 10**400}, "`time` is 1000"),
        ({**EPOCH, "seconds_evaluating": "x"}, "`seconds_evaluating` is 'x', where a number is needed"),
        ({**EPOCH, "metrics": [1]}, "[1], where a table of tasks is needed"),
        ({**EPOCH, "metrics": {"xpos": 1}}, "a task has no table of scores: xpos has 1"),
        (scores("0.5"), "xpos accuracy is '0.5', where a finite number is needed"),
        (scores(None), "xpos accuracy is None, where a finite number is needed"),
        (scores(True), "xpos accuracy is True, where a finite number is needed"),
        (scores(float("inf")), "xpos accuracy is inf, where a finite number is needed"),
        (scores(10**400), "xpos accuracy is 1000"),
        (scores(1e308), "xpos accuracy is 1e+308, where a finite number is needed"),
        (without(PASS, "examples"), "`examples` is missing"),
        ({**STEP, "loss": None}, "`loss` is None, where a number is needed"),
        ({**STEP, "diagnosis": {"stationarity": "x"}}, "`diagnosis` is {'stationarity': 'x'}, where "),
        ({**AFFINITY, "affinity": {"a": 1}}, "`affinity` is {'a': 1}, where a table of tables is needed"),
    ],
)
def test_what_is_no_event_is_named_with_its_line_and_what_to_do(event: Any, message: str, log: Path):
    lines = [json.dumps(PASS), json.dumps(event)]
    for text in ("\n".join(lines), "\n".join([*lines, json.dumps(STOPPED)]) + "\n"):
        log.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            read_events(log, remedy="Leave it")
        assert str(refused.value).startswith(f"{log}:2: damaged: not an event of a run's log: {message}")
        assert str(refused.value).endswith(". Leave it")


def test_a_line_of_brackets_is_no_event_but_no_end_of_the_stack(log: Path):
    log.write_text("[" * 100_000 + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"{log}:1: damaged"):
        read_events(log)
