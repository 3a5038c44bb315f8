"""A `jmt` command in a process of its own that says what it took: its own memory, not that of whoever started it.

The highest resident size that the system gives for a child (`ru_maxrss`) begins with that of the process that forked
it, and a worker of the suite may have grown to gigabytes; `VmHWM` begins anew with the program.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PEAK = 'int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024'
"""An expression: megabytes that this process has had at most."""

_PROGRAM = f"""
import resource, sys
from jmt.cli.main import main
code = main(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_SELF)
with open(sys.argv[1], "w") as told:
    print({PEAK}, used.ru_utime + used.ru_stime, file=told)
sys.exit(code)
"""


class Measured(NamedTuple):
    """How a command ended."""

    code: int
    message: str
    """What it wrote to stderr."""
    megabytes: float
    seconds: float
    """Of the processor."""


def run_measured(folder: Path, *words: str) -> Measured:
    """Run a command; what it writes to stdout is in `folder / "out"`."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _PROGRAM, str(folder / "measures"), *words]
    with (folder / "out").open("wb") as out:
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, env=environment)
    megabytes, seconds = map(float, (folder / "measures").read_text().split())
    return Measured(ended.returncode, ended.stderr, megabytes, seconds)
