"""`jmt annotate --jobs N`: the bytes of one process, faults in their turn, and a part to go on with when one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from jmt.cli.main import main

LINES = "".join(f"Cat{number} saw a mat. Yes, it did, {'and ' * (number % 7)}ran.\n" for number in range(400))
MODEL = ("--model", "en_jmt_sm", "--tasks", "xpos")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text(LINES)
    return tmp_path / "in.txt"


@pytest.mark.parametrize(
    "more",
    [["--to", "jsonl"], ["--from", "file", "--line-ends", "sentence"], ["--to", "docbin"]],
    ids=["jsonl", "sentences", "docbin"],
)
def test_two_processes_write_what_one_does(text: Path, tmp_path: Path, more: list[str]):
    for jobs in ("1", "2"):
        assert main(["annotate", str(text), *MODEL, *more, "--jobs", jobs, "--output", str(tmp_path / jobs)]) == 0

    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() != b""


def test_the_confidences_of_two_processes_are_those_of_one_to_the_last_digit(text: Path, tmp_path: Path):
    more = ["--to", "jsonl", "--confidences"]
    for jobs in ("1", "2"):
        assert main(["annotate", str(text), *MODEL, *more, "--jobs", jobs, "--output", str(tmp_path / jobs)]) == 0

    assert (tmp_path / "2").read_bytes() == (tmp_path / "1").read_bytes()


def test_what_comes_before_a_fault_is_written_and_standard_input_is_read(text: Path):
    words = [sys.executable, "-m", "jmt", "annotate", "-", "--from", "jsonl", *MODEL, "--to", "jsonl", "--jobs", "2"]
    ran = subprocess.run(words, input='{"text":"A cat."}\n{"text":"A dog."}\nnope\n', capture_output=True, text=True)

    assert ran.returncode == 1
    assert ran.stdout.count("\n") == 2
    assert "<stdin>:3: not JSON" in ran.stderr


def children_of(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def workers_of(process: subprocess.Popen) -> list[int]:
    """The processes of --jobs, once both are there."""
    found: list[int] = []
    while len(found) < 2 and process.poll() is None:
        time.sleep(0.02)
        children = [
            int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        ]
        found = [child for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]
    return found


def test_a_process_that_is_killed_costs_no_work_and_the_bytes_are_the_same_in_the_end(text: Path, tmp_path: Path):
    text.write_text(LINES * 3)
    command = [sys.executable, "-m", "jmt", "annotate", str(text), *MODEL, "--jobs", "2", "--output"]
    with subprocess.Popen([*command, str(tmp_path / "out")], stderr=subprocess.PIPE, text=True) as process:
        workers = workers_of(process)
        os.kill(workers[0], signal.SIGKILL)
        _, err = process.communicate(timeout=120)

    assert process.returncode == 1
    assert "one of the processes of --jobs ended before its time" in err
    assert "Traceback" not in err
    assert not any(Path(f"/proc/{child}").exists() for child in workers)
    assert main([*command[3:], str(tmp_path / "out"), "--resume"]) == 0
    assert main([*command[3:], str(tmp_path / "one"), "--jobs", "1"]) == 0
    assert (tmp_path / "out").read_bytes() == (tmp_path / "one").read_bytes()


@pytest.mark.timeout(120)  # where it is not ended, Python waits for it for ever
def test_a_process_that_was_being_started_when_another_was_killed_is_ended_too(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    started: list[SpawnProcess] = []
    start = SpawnProcess.start

    def start_slowly(process: SpawnProcess) -> None:
        start(process)
        started.append(process)
        if len(started) == 2:
            started[0].kill()
            time.sleep(1)  # so long that Python has ended all that it knows of

    monkeypatch.setattr(SpawnProcess, "start", start_slowly)
    assert main(["annotate", str(text), *MODEL, "--jobs", "2", "--output", str(tmp_path / "out")]) == 1
    assert "one of the processes of --jobs ended before its time" in capsys.readouterr().err
    assert not any(process.is_alive() for process in started)


def test_processes_end_with_the_one_that_started_them(text: Path, tmp_path: Path):
    command = [sys.executable, "-m", "jmt", "annotate", "-", *MODEL, "--jobs", "2", "--output", str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(LINES.encode() * 3)
        process.stdin.flush()
        workers = workers_of(process)
        process.kill()
        process.wait()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and any(Path(f"/proc/{child}").exists() for child in workers):
        time.sleep(0.05)

    assert not any(Path(f"/proc/{child}").exists() for child in workers)


def test_jobs_of_a_service_are_its_own(text: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["annotate", str(text), "--url", "http://127.0.0.1:9", "--jobs", "2"]) == 2
    assert "a service has processes of its own" in capsys.readouterr().err
