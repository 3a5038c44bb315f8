"""Words per second, level by level of a cascade, and the matrix products of the machine beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.resources import files
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import NamedTuple

import numpy as np

from jmt.cascade.prediction import Engine, Predictor
from jmt.errors import InputError
from jmt.formats.conllu import read_conllu
from jmt.segmentation import Segmenter, words_of

_MOST_PAIRS = 500
"""Neighbouring sentences compared: enough for full batches."""

_SIDE = 768
"""Rows and columns of the matrices multiplied: enough for a product that is bound by arithmetic."""


class Work(NamedTuple):
    """What is timed."""

    level: str
    tasks: str
    """What is computed up to the level."""
    words: int
    """How many the work takes in."""
    do: Callable[[], object]
    unit: str
    """What is taken in: `text`, `sentence` or `pair`."""


class Speed(NamedTuple):
    """What one work has reached; words per second."""

    threads: int
    level: str
    tasks: str
    median: int
    slowest: int
    fastest: int
    adds: float
    """Microseconds per word that it takes more than the level below, on what both take in; the lowest one: all."""


def works_of(predictor: Predictor[Engine], segmenter: Segmenter, text: str) -> list[Work]:
    """Return the splitting of a text into words, and the work of every level of the cascade that has a task.

    Raises InputError where the text has fewer than two sentences.
    """
    sentences = [words_of(sentence) for sentence in segmenter.segment(text)]
    if len(sentences) < 2:
        raise InputError("the text has fewer than two sentences: too little to measure on")
    splitting = Work("-", "splitting into words", _count_words(sentences), lambda: segmenter.segment(text), "text")
    return [splitting, *_works_of_levels(predictor, sentences)]


def _works_of_levels(predictor: Predictor[Engine], sentences: list[list[str]]) -> Iterator[Work]:
    model = predictor.cascade
    pairs = list(pairwise(sentences))[:_MOST_PAIRS]
    for level in range(1, model.config.levels + 1):
        here = model.config.tasks_at(level)
        up_to_here = [task for task in model.config.tasks if model.config.tasks[task].level <= level]
        tokens = [task for task in up_to_here if task in model.token_tasks]
        compared = [task for task in up_to_here if task in model.pair_tasks]
        if any(task in compared for task in here):
            words = _count_words([first + second for first, second in pairs])
            yield Work(str(level), " ".join(compared), words, partial(predictor.compare, pairs, compared), "pair")
        elif here:
            words = _count_words(sentences)
            yield Work(str(level), " ".join(tokens), words, partial(predictor.annotate, sentences, tokens), "sentence")


def measure(works: Sequence[Work], engine: Engine, threads: int, rounds: int) -> Iterator[Speed]:
    """Time every work on so many threads, in `rounds` after a warm one."""
    engine.limit_threads(threads)
    below: dict[str, float] = {}
    for work in works:
        speeds = [work.words / seconds for seconds in time_rounds(work.do, rounds)]
        middle, slowest, fastest = (round(speed) for speed in (median(speeds), min(speeds), max(speeds)))
        taken = 1e6 / median(speeds)
        adds = round(taken - below.get(work.unit, 0.0), 1)
        below[work.unit] = taken
        yield Speed(threads, work.level, work.tasks, middle, slowest, fastest, adds)


def matrix_rate(engine: Engine, threads: int, rounds: int) -> float:
    """Return the GFLOP/s (1e9 operations a second) of an engine's matrix products, in float32 on so many threads."""
    engine.limit_threads(threads)
    side = np.ones((_SIDE, _SIDE), np.float32)
    seconds = median(time_rounds(lambda: engine.multiply(side, side), rounds))
    return round(2 * _SIDE**3 / seconds / 1e9, 1)


def time_rounds(do: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds that each round takes, after one that warms caches and is not counted."""
    do()
    seconds = []
    for _ in range(rounds):
        start = perf_counter()
        do()
        seconds.append(perf_counter() - start)
    return seconds


def thread_counts() -> list[int]:
    """Return one thread, and all that this process may run on."""
    return sorted({1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1})


def embedded_text() -> str:
    """Return the sentences that the embedded corpus keeps for dev, as a text."""
    resource = files("jmt.corpora") / "miniature" / "dev.conllu"
    return "\n\n".join(sentence.text for sentence in read_conllu(resource.read_text(encoding="utf-8")))


def _count_words(sentences: Sequence[Sequence[str]]) -> int:
    return sum(map(len, sentences))
