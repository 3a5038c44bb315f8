"""Measure `jmt annotate` end to end on one core: words per second, peak memory, and that batches never show.

    python benchmarks/annotate_speed.py --model runs/jmt2017 --corpora DIR

20,000 distinct lines (the sentences of EWT train, then lines of the raw Gutenberg books) go through the command,
from raw text to CoNLL-U with every task about single sentences, under `taskset -c 0`, process start included.
Printed: white-space words per second (every round, and the median), the peak of resident memory for a quarter of the
lines and for all of them, and how many of 200 sampled lines come out differently when annotated alone.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the command."""

    seconds: float
    cpu_seconds: float
    """What the process itself used: on a busy machine the steadier figure."""
    peak_megabytes: float


def main() -> int:
    """Build the input, run the command, compare, and print."""
    arguments = parse()
    lines = build_lines(Path(arguments.corpora), arguments.lines)
    words = sum(len(line.split()) for line in lines)
    print(f"{len(lines):,} distinct lines, {words:,} white-space words")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out.conllu"
        quarter = run(lines[:: max(1, arguments.memory_share)], arguments, output)
        rounds = [run(lines, arguments, output) for _ in range(arguments.rounds)]
        different = compare_alone(lines, output, arguments)
    rates = [words / measured.seconds for measured in rounds]
    print(f"words per second: {', '.join(f'{rate:,.0f}' for rate in rates)}; median {statistics.median(rates):,.0f}")
    per_cpu = statistics.median(words / measured.cpu_seconds for measured in rounds)
    print(f"words per second of processor time: median {per_cpu:,.0f}")
    peak = max(measured.peak_megabytes for measured in rounds)
    print(f"peak memory: {quarter.peak_megabytes:,.0f} MB for a share of the lines, {peak:,.0f} MB for all")
    print(f"{different} of {arguments.sample} sampled lines differ from the same line annotated alone")
    return 1 if different else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--corpora", default=os.environ.get("JMT_CORPORA"), required="JMT_CORPORA" not in os.environ)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0, help="the one to run on")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--memory-share", type=int, default=4, help="one line of so many goes into the smaller run")
    return parser.parse_args()


def build_lines(corpora: Path, count: int) -> list[str]:
    """Return distinct lines: the sentences of EWT train, filled up with lines of the books, spread evenly."""
    lines = dict.fromkeys(sentences_of(corpora / "ewt" / "en_ewt-ud-train.conllu"))
    books = dict.fromkeys(
        line.strip()
        for book in sorted((corpora / "raw" / "gutenberg").iterdir())
        for line in book.read_text(encoding="utf-8").splitlines()
        if line.strip()
    )
    fresh = [line for line in books if line not in lines]
    chosen = [*lines, *random.Random(SEED).sample(fresh, max(0, count - len(lines)))][:count]
    return chosen


def sentences_of(treebank: Path) -> Iterator[str]:
    with treebank.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("# text = "):
                yield line.removeprefix("# text = ").rstrip("\n")


def run(lines: Sequence[str], arguments: argparse.Namespace, output: Path) -> Measured:
    """Run the command once on one core, start included."""
    source = output.with_suffix(".txt")
    source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    one_core = ["taskset", "-c", str(arguments.core)] if shutil.which("taskset") else []
    command = [sys.executable, "-m", "jmt.cli.main", "annotate", str(source), "--model", arguments.model]
    started = time.perf_counter()
    process = subprocess.Popen([*one_core, *command, "--output", str(output)])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the command failed with exit code {process.returncode}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare_alone(lines: Sequence[str], output: Path, arguments: argparse.Namespace) -> int:
    """Annotate sampled lines one at a time and count those that differ from what stands in the output."""
    import jmt

    annotator = jmt.load(arguments.model, device="cpu")
    blocks = iter(output.read_text(encoding="utf-8").split("\n\n"))
    sample = set(random.Random(SEED).sample(range(len(lines)), min(arguments.sample, len(lines))))
    different = 0
    for number, line in enumerate(lines):
        together = [next(blocks) for _ in annotator.segment(line).sentences]
        if number in sample:
            alone = annotator(line).to_conllu().split("\n\n")[:-1]
            different += together != alone
    return different


if __name__ == "__main__":
    sys.exit(main())
