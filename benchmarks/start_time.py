"""Measure how long a user waits at the shell: one sentence, from the start of the process to its output, on one core.

    python benchmarks/start_time.py en_jmt_sm en_jmt_md

The models take turns.  Printed per model: the seconds of every round, their median, and the peak of resident memory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time


def main() -> int:
    """Start the command again and again, and print a line per model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0, help="the one to run on")
    arguments = parser.parse_args()
    seconds: dict[str, list[float]] = {model: [] for model in arguments.models}
    peaks: dict[str, float] = {}
    for number in range(arguments.rounds + 1):  # the first one brings the files into memory
        for model in arguments.models:
            took, peak = run(model, arguments.core)
            peaks[model] = max(peak, peaks.get(model, 0.0))
            if number:
                seconds[model].append(took)
    for model, rounds in seconds.items():
        listed = ", ".join(f"{took:.2f}" for took in rounds)
        print(f"{model}: {listed} s; median {statistics.median(rounds):.2f} s; peak {peaks[model]:,.0f} MB")
    return 0


def run(model: str, core: int) -> tuple[float, float]:
    """Annotate one sentence; return the seconds that it took and the peak of memory in megabytes."""
    one_core = ["taskset", "-c", str(core)] if shutil.which("taskset") else []
    command = [*one_core, sys.executable, "-m", "jmt.cli.main", "annotate", "-", "--model", model]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(b"She reads a book.\n")
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return took, usage.ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
