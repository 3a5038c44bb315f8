"""A process that has imported everything already and forks a child per command: restarts cost a moment, not seconds.

Run as a script it reads JSON lines `{"argv": [...], "log": FILE}` from stdin and answers with `{"pid": N}` at once and
`{"status": S}` at the child's end: its exit code, or minus the number of the signal that killed it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class WarmProcess:
    """Runs `jmt` commands in forked children, one at a time."""

    def __init__(self, cache: Path) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(cache)}
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def start(self, *argv: str, log: Path) -> int:
        """Start a command, its stdout and stderr in `log`; return its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"argv": argv, "log": str(log)}) + "\n")
        self.process.stdin.flush()
        return int(self._answer()["pid"])

    def wait(self) -> int:
        """Wait for the command's end; return its exit code, or minus the number of a signal."""
        return int(self._answer()["status"])

    def run(self, *argv: str, log: Path) -> int:
        """Run a command to its end."""
        self.start(*argv, log=log)
        return self.wait()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process and wait for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def serve() -> None:
    """Import once, then fork for every line."""
    sys.path.insert(0, str(ROOT))
    import seqeval.metrics  # noqa: F401
    import torch
    import torch.utils.tensorboard
    import tqdm  # noqa: F401

    import jmt.cli.training.train
    import jmt.cli.training.training_progress
    import jmt.evaluation.evaluate
    import jmt.evaluation.model_scores
    import jmt.runs.run
    import jmt.segmentation
    import jmt.training.listeners.log

    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)  # the first optimizer imports torch's compiler
    jmt.training.listeners.log.EVERY = 1  # every step has its line, so that a test can tell when it was done
    jmt.segmentation.RuleSegmenter("en").tokenize("warm .")
    for line in sys.stdin:
        command = json.loads(line)
        child = os.fork()
        if child == 0:
            become(command["argv"], command["log"])
        print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


def become(argv: list[str], log: str) -> None:
    """Run one command in this forked child and exit with its code, as the console script does."""
    from jmt.cli.main import main

    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    code = 1
    try:
        code = main(argv)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
