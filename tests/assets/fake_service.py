"""Run as a script: a service with the fake annotator in a process of its own, to be starved, ended and measured.

Takes a JSON object: `settings`, and where wanted `descriptors` (how many the process may have) and `core` (to run on).
Requests that hold the word `stay` are answered when the model has waited for a second.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from jmt.document import Sentence
from tests.unit.serve.fake import FakeAnnotator


class Staying(FakeAnnotator):
    """Takes its time where it is asked to."""

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        if any(token.text == "stay" for sentence in sentences for token in sentence.tokens):
            time.sleep(1)
        super().annotate_each(sentences, tasks_of, confidences=confidences)


@dataclass
class Alone:
    """A service in a process of its own."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int]
    log: Path

    def events(self) -> list[dict[str, Any]]:
        """Give the lines of its log."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def megabytes(self) -> float:
        """Give its resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def alone(log: Path, **wanted: Any) -> Iterator[Alone]:
    """Start one, and end it."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, __file__, json.dumps(wanted)], stdout=subprocess.PIPE, stderr=stderr
        )
    assert process.stdout is not None
    try:
        yield Alone(process, ("127.0.0.1", int(process.stdout.readline())), log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def main(wanted: dict[str, Any]) -> int:
    """Serve on a free port, which is printed once the model is warm."""
    from jmt.serve.app import create_app
    from jmt.serve.settings import Settings
    from jmt.serve.transport.server import bind, serve
    from jmt.serve.watching.logs import log_to_stderr

    if "core" in wanted:
        os.sched_setaffinity(0, {wanted["core"]})
    if "descriptors" in wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted["descriptors"],) * 2)
    log_to_stderr("json")
    with bind("127.0.0.1", 0) as listener:
        listener.listen(1024)

        def say_port() -> None:
            print(listener.getsockname()[1], flush=True)

        settings = Settings(**wanted.get("settings", {}))
        return serve(listener, lambda on_fatal: create_app(Staying(), settings, on_warm=say_port, on_fatal=on_fatal))


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
