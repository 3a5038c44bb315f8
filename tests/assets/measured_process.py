"""A process that has imported everything and runs `jmt` commands on a folder in a forked child, each one measured.

Run as a script it reads JSON lines `{"folder": F, "text": T, "log": L}` from stdin and answers with a list of
`{"command", "status", "seconds", "megabytes", "out", "err"}`: `info`, `annotate` and `serve`, one after the other.
Seconds are those of the processor, so that a busy machine changes nothing; megabytes are the highest resident size
above that before the command.  A service that comes up is asked to annotate the text, and ended as by a signal.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until a child that hangs is killed."""

ROOM = 3 * 2**30
"""Bytes of addresses that a child may take beyond those it has: a bomb ends it, not the machine."""

SMALL = ["--max-batch-tokens", "64", "--max-sentence-tokens", "32", "--max-batch-items", "4"]


class MeasuredProcess:
    """Hands folders to the script and returns what was measured."""

    def __init__(self, cache: Path) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(cache)}
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(self, folder: Path, text: Path, log: Path) -> list[dict[str, Any]]:
        """Run the three commands on a folder; a child that died has a last entry with its signal."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"folder": str(folder), "text": str(text), "log": str(log)}) + "\n")
        self.process.stdin.flush()
        answer: list[dict[str, Any]] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process and wait for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()


def main() -> None:
    """Import once, then fork for every line."""
    sys.path.insert(0, str(ROOT))
    import torch

    import jmt
    import jmt.annotate.writing
    import jmt.cli.annotating.annotate
    import jmt.cli.annotating.info
    import jmt.cli.annotating.serve
    import jmt.serve.app
    import jmt.serve.transport.server
    from tests.assets.tiny_transformer import tiny_transformer

    torch.set_num_threads(1)
    for family in ("bert", "roberta"):  # a first model imports what is imported once, and what its family needs
        tiny_transformer(family)
    import jmt.segmentation

    jmt.segmentation.RuleSegmenter("en").tokenize("warm .")
    for line in sys.stdin:
        task = json.loads(line)
        log = Path(task["log"])
        child = os.fork()
        if child == 0:
            become(Path(task["folder"]), Path(task["text"]), log)
        _, status = os.waitpid(child, 0)
        found = [json.loads(entry) for entry in log.read_text().splitlines()] if log.exists() else []
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps(found if code == 0 else [*found, {"command": "died", "status": code}]), flush=True)


def become(folder: Path, text: Path, log: Path) -> None:
    """Run the commands in this forked child, write a line for each into the log, and exit."""
    code = 1
    try:
        signal.alarm(PATIENCE)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (status_of("VmSize") * 1024 + ROOM, hard))
        commands = [["info", str(folder)], ["info", str(folder), "--json"]]
        commands += [["annotate", str(text), "--model", str(folder), "--to", "jsonl"]]
        commands += [["serve", "--model", str(folder), "--port", str(free_port()), *SMALL]]
        with log.open("a") as stream:
            for command in commands:
                stream.write(json.dumps(measure(command, text)) + "\n")
                stream.flush()
        code = 0
    finally:
        os._exit(code)


def measure(argv: list[str], text: Path) -> dict[str, Any]:
    """Run one command as the console script does, its output in files, and tell what it took."""
    from jmt.cli.main import main as jmt_main

    descriptors = {number: os.memfd_create("output") for number in (1, 2)}
    for number, descriptor in descriptors.items():
        os.dup2(descriptor, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    Path("/proc/self/clear_refs").write_text("5")  # the highest resident size starts anew
    before, began = status_of("VmRSS"), time.process_time()
    if argv[0] == "serve":
        threading.Thread(target=visit, args=(argv[argv.index("--port") + 1], text.read_text()), daemon=True).start()
    try:
        status: Any = jmt_main(argv)
    except SystemExit as error:
        status = error.code
    except BaseException as error:
        import traceback

        traceback.print_exc()
        status = type(error).__name__
    sys.stdout.flush()
    sys.stderr.flush()
    seconds, megabytes = time.process_time() - began, (status_of("VmHWM") - before) / 1024
    out, err = (os.pread(descriptors[number], 2**24, 0).decode() for number in (1, 2))
    return {
        "command": argv[0],
        "status": status,
        "seconds": seconds,
        "megabytes": megabytes,
        "out": out,
        "err": err,
    }


def visit(port: str, text: str) -> None:
    """Wait for the service in this process, have it annotate, say so on stderr, and end it."""
    body = json.dumps({"texts": [text]}).encode()
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).read()
            break
        except OSError:
            time.sleep(0.02)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/annotate", body, headers={"Content-Type": "application/json"}
    )
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
        print("answered", answer.status, file=sys.stderr)
    except urllib.error.HTTPError as error:
        print("answered", error.code, file=sys.stderr)
    os.kill(os.getpid(), signal.SIGTERM)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def status_of(name: str) -> int:
    """Return a size of this process from /proc, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
