"""Measure words per second, level by level: on one thread and on all, warm, with spread.

Each line runs the cascade from words up to its level, as `jmt annotate --tasks` would, on text that is already split
into words; the first line is that splitting.  Pair levels compare neighbouring sentences and count both.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from jmt.cli.options.model_choice import add_model, chosen_model

if TYPE_CHECKING:
    from jmt.cascade.prediction import Predictor
    from jmt.network.engine import TorchEngine

Work = tuple[str, str, int, Callable[[], object]]
"""The level, what is computed up to it, the words that this takes in, and the work itself."""

MOST_PAIRS = 500
"""Neighbouring sentences compared: enough for full batches."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--text", metavar="FILE", help="raw text to measure on; left out: the embedded corpus's")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="timed rounds after a warm one (5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(arguments: argparse.Namespace) -> int:
    import json

    from jmt.cascade.prediction import Predictor
    from jmt.cli.terminal.console import format_table, show
    from jmt.cli.terminal.output import write_data
    from jmt.errors import InputError
    from jmt.network import checkpoint
    from jmt.network.engine import TorchEngine
    from jmt.segmentation import Segmenter

    if arguments.rounds < 1:
        raise InputError(f"--rounds {arguments.rounds}: at least one round is needed for a figure")
    model = checkpoint.load(chosen_model(arguments))
    text = read_text(arguments.text)
    segmenter = Segmenter(model.config.language)
    sentences = [[token for token, _, _ in sentence] for sentence in segmenter.segment(text)]
    if len(sentences) < 2:
        raise InputError("the text has fewer than two sentences: too little to measure on")
    splitting: Work = ("-", "splitting into words", count_words(sentences), lambda: segmenter.segment(text))
    works = [splitting, *works_of(Predictor(TorchEngine(model)), sentences)]
    rows = [row for threads in thread_counts() for row in measure_all(works, threads, arguments.rounds)]
    if arguments.json:
        header = ["threads", "level", "tasks", "median", "slowest", "fastest"]
        found = {"unit": "words per second", "rows": [dict(zip(header, row, strict=True)) for row in rows]}
        write_data(json.dumps(found) + "\n")
    else:
        show(format_table(["threads", "level", "tasks", "words/s", "slowest", "fastest"], rows))
    return 0


def works_of(predictor: Predictor[TorchEngine], sentences: list[list[str]]) -> Iterator[Work]:
    """Yield the work of every level of the cascade that has a task."""
    model = predictor.cascade
    pairs = list(pairwise(sentences))[:MOST_PAIRS]
    for level in range(1, model.config.levels + 1):
        here = model.config.tasks_at(level)
        up_to_here = [task for task in model.config.tasks if model.config.tasks[task].level <= level]
        tokens = [task for task in up_to_here if task in model.token_tasks]
        compared = [task for task in up_to_here if task in model.pair_tasks]
        if any(task in compared for task in here):
            words = count_words([first + second for first, second in pairs])
            yield str(level), " ".join(compared), words, partial(predictor.compare, pairs, compared)
        elif here:
            words = count_words(sentences)
            yield str(level), " ".join(tokens), words, partial(predictor.annotate, sentences, tokens)


def measure_all(works: Sequence[Work], threads: int, rounds: int) -> Iterator[list[object]]:
    """Time every work on so many threads and yield rows of words per second: median, slowest, fastest."""
    from statistics import median

    import torch

    from jmt.cli.terminal.console import progress

    torch.set_num_threads(threads)
    for level, tasks, words, work in progress(works, total=len(works), unit="level", about=f"{threads} thread(s)"):
        speeds = [round(words / seconds) for seconds in time_rounds(work, rounds)]
        yield [threads, level, tasks, round(median(speeds)), min(speeds), max(speeds)]


def time_rounds(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds that each round takes, after one that warms caches and is not counted."""
    from time import perf_counter

    work()
    seconds = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return seconds


def thread_counts() -> list[int]:
    """One thread, and all that this process may run on."""
    import os

    return sorted({1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1})


def count_words(sentences: Sequence[Sequence[str]]) -> int:
    """Count the words of all sentences."""
    return sum(map(len, sentences))


def read_text(path: str | None) -> str:
    """Read the text to measure on; left out, the sentences that the embedded corpus keeps for dev."""
    from importlib.resources import files
    from pathlib import Path

    from jmt.formats.conllu import read_conllu

    if path is not None:
        from jmt.formats.text import read_text as read_file

        return read_file(Path(path))
    resource = files("jmt.corpora") / "miniature" / "dev.conllu"
    return "\n\n".join(sentence.text for sentence in read_conllu(resource.read_text(encoding="utf-8")))
