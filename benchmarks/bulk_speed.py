"""Measure `jmt bulk`: what a second worker gains, and whether a word costs the same in small jobs and in large ones.

    python benchmarks/bulk_speed.py --model en_jmt_md --text BOOKS

Lines are the distinct ones of the text files in a folder; without it, they are numbered sentences.
Printed: words per second of one worker and of two for `--lines` lines, the start (of Ray, and of models) apart: from
the first shard that is done to the last; and processor time per word of one worker for 10,000, 100,000 and, with
--large, 5,000,000 words, the loading of the model apart, with the memory that the process had taken by then at most.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import jmt
from jmt.annotate import Annotator
from jmt.annotate.loading import Origin, origin_of
from jmt.bulk.job import opened_job
from jmt.bulk.on_ray import done_on_ray
from jmt.bulk.records import Reading
from jmt.bulk.shard_work import Work, annotate_shard
from jmt.bulk.sources import find_inputs

_TEMPLATES = (
    "The {n}th report of the committee was sent to the mayor on Monday, and nobody read it.",
    "Flight {n} to the coast was late because the crew had slept too long.",
    "She bought {n} small boats and sold them to her sister near the river.",
    "Why did the old man who lives at number {n} never answer the door?",
)


def main() -> int:
    """Measure and print."""
    arguments = parse()
    annotator = jmt.load(arguments.model, device="cpu", threads=1)
    annotator("What is loaded at the first word is loaded now.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        origin = origin_of(annotator)
        measure_workers(folder, origin, arguments.lines, arguments.text)
        for words in (10_000, 100_000, *((5_000_000,) if arguments.large else ())):
            measure_cost(folder, annotator, words, arguments.text)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="en_jmt_md")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--large", action="store_true", help="five million words, too")
    parser.add_argument("--text", type=Path, help="a folder of text files")
    return parser.parse_args()


def lines(text: Path | None) -> Iterator[str]:
    """Yield distinct lines: those of the files, and then numbered ones."""
    seen: set[int] = set()
    for path in sorted(text.rglob("*.txt")) if text else ():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.strip() and hash(line) not in seen:
                seen.add(hash(line))
                yield line
    number = 0
    while True:
        yield _TEMPLATES[number % len(_TEMPLATES)].format(n=number)
        number += 1


def measure_workers(folder: Path, origin: Origin, count: int, text: Path | None) -> None:
    """Print the rates of one worker and of two, from the first shard that is done to the last."""
    source = folder / "lines.txt"
    with source.open("w") as stream:
        for _, line in zip(range(count), lines(text), strict=False):
            stream.write(f"{line}\n")
    rates = []
    for workers in (1, 2):
        work = Work(str(folder / f"workers{workers}"), origin, Reading(), "jsonl", confidences=False)
        with opened_job(find_inputs([str(source)], None), work, resume=False, on_read=lambda _: None) as job:
            times, words = [], []
            for _, counts in done_on_ray(work, job.shards, workers=workers, address=None):
                times.append(time.perf_counter())
                words.append(counts.words)
        rates.append(sum(words[1:]) / (times[-1] - times[0]))
        print(f"{workers} workers: {rates[-1]:,.0f} words per second over {len(words)} shards")
    print(f"two workers do {rates[1] / rates[0]:.2f} times what one does")


def measure_cost(folder: Path, annotator: Annotator, words: int, text: Path | None) -> None:
    """Print the processor time per word of one worker whose model is loaded."""
    source = folder / f"{words}.txt"
    made = 0
    with source.open("w") as stream:
        for line in lines(text):
            stream.write(f"{line}\n")
            made += len(line.split())
            if made >= words:
                break
    work = Work(str(folder / f"words{words}"), origin_of(annotator), Reading(), "jsonl", confidences=False)
    with opened_job(find_inputs([str(source)], None), work, resume=False, on_read=lambda _: None) as job:
        began = processor_seconds()
        done = sum(annotate_shard(annotator, shard, work).words for shard in job.shards)
    per_word = 1e6 * (processor_seconds() - began) / done
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{words:,} words: {per_word:,.1f} microseconds of the processor per word; {peak:,.0f} MB at most so far")


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
