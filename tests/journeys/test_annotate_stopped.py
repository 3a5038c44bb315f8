"""`jmt annotate` as a process: a reader that goes away, Ctrl-C, memory."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.assets.measured_command import run_measured


def start(tiny_checkpoint: Path, *words: str, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jmt", "annotate", "--model", str(tiny_checkpoint), *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload, no-any-return]


def test_a_closed_pipe_leaves_no_stack_trace(tiny_checkpoint: Path, tmp_path: Path):
    (tmp_path / "text").write_text("A small cat sat on the mat.\n" * 5_000)
    process = start(tiny_checkpoint, str(tmp_path / "text"), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(100)
    process.stdout.close()
    _, err = process.communicate(timeout=60)

    assert process.returncode == 141
    assert err == b""


def test_an_interruption_leaves_no_stack_trace_and_no_file(tiny_checkpoint: Path, tmp_path: Path):
    output = tmp_path / "out"
    process = start(tiny_checkpoint, "--output", str(output), stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"A small cat sat on the mat.\n" * 1_000)
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for _ in range(10):  # libraries that are just being imported may swallow one
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
            break
    _, err = process.communicate(timeout=60)

    assert process.returncode in (130, -signal.SIGINT)  # a shell shows 130 for both
    assert err == b"jmt: interrupted\n"
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_input(tiny_checkpoint: Path, tmp_path: Path):
    """Every line has words never met before, so that any table of words would grow."""
    peaks = []
    for count in (1_000, 6_000):
        source = tmp_path / "text"
        source.write_text("".join(f"Cat{number} saw mat-{number} and q{number * 7}. Yes\n" for number in range(count)))
        model = ("--model", str(tiny_checkpoint))
        measured = run_measured(tmp_path, "annotate", *model, str(source), "--tasks", "xpos,chunk")
        assert (measured.code, measured.message) == (0, "")
        peaks.append(measured.megabytes)

    assert peaks[1] < 1_500
    assert peaks[1] - peaks[0] < 60
