"""`jmt bulk` in processes of its own, found again by a mark in their environment, and never outliving a test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODEL = ("--model", "en_jmt_sm", "--tasks", "xpos")


class Processes:
    """All processes that a test starts, and those that these start."""

    def __init__(self) -> None:
        self.mark = f"JMT_TEST_MARK={uuid.uuid4().hex}"

    def environment(self) -> dict[str, str]:
        name, _, value = self.mark.partition("=")
        return {**os.environ, name: value, "OMP_NUM_THREADS": "1"}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `jmt bulk`, in a session of its own."""
        command = [sys.executable, "-m", "jmt", "bulk", *words]
        return subprocess.Popen(
            command, env=self.environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Run `jmt bulk` to its end; gives its exit code and what it said."""
        with self.start(*words) as process:
            _, err = process.communicate(timeout=240)
        return process.returncode, err

    def alive(self, title: str = "") -> list[int]:
        """Processes of this test whose command line holds a text."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with contextlib.suppress(OSError):
                    marked = self.mark.encode() in (folder / "environ").read_bytes()
                    if marked and title in (folder / "cmdline").read_text(errors="replace"):
                        found.append(int(folder.name))
        return found

    def kill(self) -> None:
        """Kill them all."""
        for process in self.alive():
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)

    def wait_until_gone(self, seconds: float, title: str = "") -> bool:
        """Tell whether none of this title is left after so long at most."""
        deadline = time.monotonic() + seconds
        while self.alive(title) and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.alive(title)


@contextmanager
def processes() -> Iterator[Processes]:
    started = Processes()
    try:
        yield started
    finally:
        started.kill()


def distinct_lines(count: int) -> list[str]:
    return [f"Cat{number} saw mat {number * 7}. Yes, it {'ran and ' * (number % 5)}slept." for number in range(count)]


def results(folder: Path) -> dict[str, bytes]:
    """The results of a job, by the names of their files."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("part-*"))}


def done_shards(folder: Path) -> int:
    return len(list((folder / "done").glob("*.json"))) if (folder / "done").exists() else 0
