"""Speed is words by seconds, of warm rounds, on one thread and on all."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from jmt.evaluation import speed
from jmt.network.engine import TorchEngine
from tests.assets.tiny_model import tiny_model


def test_speed_is_words_by_seconds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(speed, "time_rounds", lambda do, rounds: [2.0, 1.0, 4.0])

    engine = TorchEngine(tiny_model(["xpos"]))
    threads: list[int] = []
    monkeypatch.setattr(engine, "limit_threads", threads.append)

    (row,) = speed.measure([speed.Work("1", "xpos", 100, lambda: None, "sentence")], engine, threads=1, rounds=3)
    assert threads == [1]
    assert row == (1, "1", "xpos", 50, 25, 100, 20_000.0)


def test_a_level_adds_what_it_takes_more_than_the_one_below_on_the_same_input(monkeypatch: pytest.MonkeyPatch):
    taken = iter([[1.0], [3.0], [8.0], [10.0]])
    monkeypatch.setattr(speed, "time_rounds", lambda do, rounds: next(taken))
    levels = [("1", "sentence"), ("2", "sentence"), ("3", "pair"), ("4", "pair")]
    works = [speed.Work(level, "", 1_000_000, lambda: None, unit) for level, unit in levels]

    rows = list(speed.measure(works, TorchEngine(tiny_model(["xpos"])), threads=1, rounds=1))

    assert [row.adds for row in rows] == [1.0, 2.0, 8.0, 2.0]


def test_the_rate_of_matrix_products_is_two_operations_for_every_pair_of_numbers(monkeypatch: pytest.MonkeyPatch):
    engine = TorchEngine(tiny_model(["xpos"]))
    sides: list[int] = []
    monkeypatch.setattr(engine, "multiply", lambda first, second: sides.append(len(first)))

    def one_second(do: Callable[[], object], rounds: int) -> list[float]:
        do()
        return [1.0]

    monkeypatch.setattr(speed, "time_rounds", one_second)
    assert speed.matrix_rate(engine, 1, 1) == round(2 * sides[0] ** 3 / 1e9, 1)


def test_the_first_run_is_warm_up_and_not_timed():
    calls: list[int] = []

    assert len(speed.time_rounds(lambda: calls.append(1), 3)) == 3
    assert len(calls) == 4


def test_one_thread_is_always_among_the_counts():
    assert speed.thread_counts()[0] == 1
    assert speed.thread_counts()[-1] <= (os.cpu_count() or 1)


def test_the_embedded_corpus_is_a_text_to_measure_on():
    assert len(speed.embedded_text().split()) > 2000
