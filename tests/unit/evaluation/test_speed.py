"""Speed is words by seconds, of warm rounds, on one thread and on all."""

from __future__ import annotations

import os

import pytest

from jmt.evaluation import speed
from jmt.network.engine import TorchEngine
from tests.assets.tiny_model import tiny_model


def test_speed_is_words_by_seconds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(speed, "time_rounds", lambda do, rounds: [2.0, 1.0, 4.0])

    engine = TorchEngine(tiny_model(["xpos"]))
    threads: list[int] = []
    monkeypatch.setattr(engine, "limit_threads", threads.append)

    (row,) = speed.measure([speed.Work("1", "xpos", 100, lambda: None)], engine, threads=1, rounds=3)
    assert threads == [1]
    assert row == (1, "1", "xpos", 50, 25, 100)


def test_the_first_run_is_warm_up_and_not_timed():
    calls: list[int] = []

    assert len(speed.time_rounds(lambda: calls.append(1), 3)) == 3
    assert len(calls) == 4


def test_one_thread_is_always_among_the_counts():
    assert speed.thread_counts()[0] == 1
    assert speed.thread_counts()[-1] <= (os.cpu_count() or 1)


def test_the_embedded_corpus_is_a_text_to_measure_on():
    assert len(speed.embedded_text().split()) > 2000
