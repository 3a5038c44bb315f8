"""A run that is stopped or killed, wherever, goes on to the same weights; no checkpoint is ever unreadable."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jmt.cascade.checkpoint import model_hash
from jmt.files.atomic import check_manifest, recover_folder
from jmt.network import checkpoint
from tests.assets.tiny_corpus import write_tiny_corpus
from tests.assets.warm_process import WarmProcess

INTERVAL = 0.1
"""Seconds between checkpoints."""


class Training:
    """One configuration, trained in processes of its own as often as a test asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = write_tiny_corpus(folder / "corpus")
        self.process = WarmProcess(folder / "cache")

    def start(self, run: Path, *options: str) -> int:
        """Start or resume a run; return the process id."""
        log = run.with_suffix(".log")
        return self.process.start("train", str(self.config), "--output", str(run), *options, log=log)

    def finish(self, run: Path, *options: str) -> int:
        """Let a run come to its end; return the exit code."""
        self.start(run, *options)
        return self.process.wait()


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Training]:
    training = Training(tmp_path_factory.mktemp("resume"))
    yield training
    training.process.close()


def settings(epochs: int) -> list[str]:
    return ["--set", f"training.epochs={epochs}", "--set", f"training.checkpoint_seconds={INTERVAL}"]


@pytest.fixture(scope="module")
def undisturbed(training: Training) -> Callable[[int], Path]:
    """Train without a break, once for every number of epochs."""
    runs: dict[int, Path] = {}

    def train(epochs: int) -> Path:
        if epochs not in runs:
            run = runs[epochs] = training.folder / f"undisturbed-{epochs}"
            assert training.finish(run, *settings(epochs)) == 0, run.with_suffix(".log").read_text()
        return runs[epochs]

    return train


def wait_until(happened: Callable[[], Any], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.001)


def lines_of(run: Path) -> list[dict[str, Any]]:
    """The log of a run; a last line that a kill broke off is left out."""
    path = run / "log.jsonl"
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
    return [json.loads(line) for line in whole.splitlines()]


def results(run: Path) -> list[dict[str, Any]]:
    """What the log says about passes and epochs, without times."""
    timed = ("time", "seconds_evaluating")
    return [
        {key: value for key, value in line.items() if key not in timed}
        for line in lines_of(run)
        if line["event"] in ("pass", "epoch")
    ]


def assert_same_end(run: Path, other: Path) -> None:
    for part in ("best", "last"):
        assert model_hash(run / part) == model_hash(other / part)
    assert results(run) == results(other)
    metrics = [json.loads((folder / "metrics.json").read_text()) for folder in (run, other)]
    assert metrics[0] == metrics[1]
    assert sorted(path.name for path in run.iterdir()) == sorted(path.name for path in other.iterdir())


def assert_readable(run: Path, scratch: Path) -> None:
    """Whatever a kill left, a reader finds whole checkpoints; looked at in a copy, so that nothing is mended here."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(run, scratch)
    for part in ("best", "last"):
        recover_folder(scratch / part)
        if (scratch / part).exists():
            check_manifest(scratch / part)
            checkpoint.load(scratch / part)


def lost_seconds(run: Path) -> tuple[float, float]:
    """How much work a kill lost, and how much it may: the interval, the step it ended in, and a save."""
    steps = [line for line in lines_of(run) if line["event"] == "step"]
    recover_folder(run / "last")
    state = json.loads((run / "last" / "training" / "state.json").read_text())
    done = state["progress"]["step"]
    saved = [line["time"] for line in steps if line["step"] <= done]
    if not steps or not saved:
        return 0.0, INTERVAL
    longest = max((after["time"] - before["time"] for before, after in pairwise(steps)), default=0.0)
    return steps[-1]["time"] - saved[-1], INTERVAL + 2 * longest


@pytest.mark.numbers
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_run_with_a_checkpoint_and_it_goes_on_to_the_same_weights(
    training: Training, undisturbed: Callable[[int], Path], number: signal.Signals
):
    whole, run = undisturbed(2), training.folder / f"stopped-{number}"
    process = training.start(run, *settings(2), "--set", "training.checkpoint_seconds=600")
    wait_until(lambda: len(lines_of(run)) > 5)
    os.kill(process, number)

    assert training.process.wait() == 128 + number
    state = json.loads((run / "last" / "training" / "state.json").read_text())
    assert state["progress"]["step"] == max(line["step"] for line in lines_of(run) if line["event"] == "step")
    assert "Traceback" not in run.with_suffix(".log").read_text()
    assert training.finish(run, *settings(2), "--resume") == 0
    assert_same_end(run, whole)


def kill_again_and_again(training: Training, whole: Path, run: Path, *, epochs: int, kills: int) -> int:
    """Kill a run at random moments, every other time while a checkpoint is being written; return how many hit one."""
    draws = random.Random(7)
    done = sum(line["event"] == "step" for line in lines_of(whole))
    steps_between = max(1, done // (kills + 2))
    in_the_middle = 0
    for kill in range(kills):
        before = max((line.get("step", 0) for line in lines_of(run)), default=0)
        target = before + draws.randint(0, steps_between)
        process = training.start(run, *settings(epochs), *(["--resume"] if kill else []))
        seen = len(lines_of(run))
        wait_until(
            lambda run=run, seen=seen, target=target: (
                len(lines_of(run)) != seen and max((line.get("step", 0) for line in lines_of(run)), default=0) >= target
            )
        )
        if kill % 2:
            wait_until(lambda run=run: (run / ".last.new").exists() or (run / ".best.new").exists())
        os.kill(process, signal.SIGKILL)
        assert training.process.wait() == -signal.SIGKILL, run.with_suffix(".log").read_text()
        in_the_middle += (run / ".last.new").exists() or (run / ".best.new").exists()
        assert_readable(run, run.with_suffix(".copy"))
        lost, allowed = lost_seconds(run)
        assert lost <= allowed
    assert training.finish(run, *settings(epochs), "--resume") == 0, run.with_suffix(".log").read_text()
    return in_the_middle


def test_a_run_killed_twenty_times_ends_with_the_same_weights(training: Training, undisturbed: Callable[[int], Path]):
    whole, run = undisturbed(10), training.folder / "killed-twenty-times"
    in_the_middle = kill_again_and_again(training, whole, run, epochs=10, kills=20)

    assert in_the_middle >= 5
    assert_same_end(run, whole)


def test_a_run_killed_before_its_first_step_goes_on(training: Training, undisturbed: Callable[[int], Path]):
    whole, run = undisturbed(2), training.folder / "early"
    process = training.start(run, *settings(2))
    wait_until(run.exists)
    os.kill(process, signal.SIGKILL)
    training.process.wait()

    assert (run / "config.toml").exists()
    assert training.finish(run, *settings(2), "--resume") == 0
    assert_same_end(run, whole)


def test_a_finished_run_stays_as_it_is_when_resumed(training: Training, undisturbed: Callable[[int], Path]):
    whole, run = undisturbed(2), training.folder / "again"
    shutil.copytree(whole, run)

    assert training.finish(run, *settings(2), "--resume") == 0
    assert_same_end(run, whole)


def test_a_run_can_be_given_more_epochs(training: Training, undisturbed: Callable[[int], Path]):
    run = training.folder / "longer"
    shutil.copytree(undisturbed(2), run)

    assert training.finish(run, *settings(10), "--resume") == 0
    assert "training.epochs = 10 (was 2)" in run.with_suffix(".log").read_text()
    assert model_hash(run / "last") == model_hash(undisturbed(10) / "last")


@pytest.mark.parametrize(
    ("change", "key"),
    [("seed=5", "seed"), ("encoder.hidden_size=4", "encoder.hidden_size"), ("training.batch_size=4", "batch_size")],
)
def test_a_run_is_not_resumed_with_another_configuration(
    training: Training, undisturbed: Callable[[int], Path], change: str, key: str
):
    run = undisturbed(2)
    log = run.with_suffix(".log")
    before = model_hash(run / "last")

    assert training.finish(run, *settings(2), "--resume", "--set", change) == 2
    assert "begun with another configuration" in log.read_text()
    assert key in log.read_text()
    assert model_hash(run / "last") == before


def test_there_must_be_a_run_to_resume(training: Training):
    run = training.folder / "nowhere"

    assert training.finish(run, *settings(2), "--resume") == 2
    assert "no run to resume here" in run.with_suffix(".log").read_text()
    assert not run.exists()
