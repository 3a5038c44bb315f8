"""A mixed load: clients that leave, poison, tags and trees and pairs at once; every answer is checked token by token.

The quick form has 5,000 requests and a model of the test's own; the long one (`make soak`) 100,000, a real network in a
process of its own, and its memory watched.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assets import poisoned_service
from tests.assets.live_service import live
from tests.assets.load import Asked, Dice, Report, run_load, tokens_check
from tests.unit.serve.fake import FakeAnnotator

CLIENTS = 32
MOST_MEGABYTES = 50


def labels_are_those_of_the_fake(answer: Any) -> bool:
    """Whether each token's tag is that of its own length."""
    tokens = [t for document in answer.get("documents", []) for s in document["sentences"] for t in s["tokens"]]
    return all(token.get("xpos") in (None, f"L{len(token['text'])}") for token in tokens)


def check(report: Report, requests: int) -> None:
    """Every request has one outcome, a right one; the shares are those that were sent."""
    assert report.wrong == []
    assert sum(report.outcomes.values()) == requests
    assert set(report.outcomes) <= {"200", "500", "left"}
    assert report.outcomes["500"] < 0.02 * requests < 0.05 * requests < report.outcomes["left"]


def test_5000_mixed_requests_get_their_own_answers():
    with live(FakeAnnotator()) as service:
        report = asyncio.run(
            run_load(service.address, requests=5_000, clients=CLIENTS, extra=labels_are_those_of_the_fake)
        )
        service.wait_until(lambda: service.service.under_way == 0)
        batcher = service.service.batcher
        service.wait_until(lambda: (batcher.waiting_tokens, batcher.waiting_requests) == (0, 0))

    check(report, 5_000)
    assert report.outcomes["500"] > 0


@contextmanager
def poisoned(model: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], tuple[str, int]]]:
    """Run a real network that fails on poison, in a process of its own."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, poisoned_service.__file__, str(model)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
    assert process.stdout is not None
    try:
        address = ("127.0.0.1", int(process.stdout.readline()))
        deadline = time.monotonic() + 120
        while httpx.get(f"http://127.0.0.1:{address[1]}/readyz", timeout=60).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process, address
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def megabytes(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.soak
def test_100000_mixed_requests_get_their_own_answers_and_memory_stays(tiny_checkpoint: Path, tmp_path: Path):
    requests = int(os.environ.get("JMT_SOAK_REQUESTS", "100000"))
    with poisoned(tiny_checkpoint, tmp_path / "log") as (process, address):
        ready = megabytes(process)
        asyncio.run(run_load(address, requests=requests // 10, clients=CLIENTS, seed=7))  # bounded tables fill up
        before = megabytes(process)
        began = time.monotonic()
        report = asyncio.run(run_load(address, requests=requests, clients=CLIENTS))
        seconds = time.monotonic() - began
        after = megabytes(process)
        assert process.poll() is None
        numbers = httpx.get(f"http://127.0.0.1:{address[1]}/metrics").text

    times = sorted(report.seconds)
    print(f"\n{requests:,} requests in {seconds:,.0f} s, {requests / seconds:,.0f} a second: {dict(report.outcomes)}")
    print(f"median {1000 * statistics.median(times):.0f} ms, p99 {1000 * times[int(0.99 * len(times))]:.0f} ms")
    print(f"memory: {ready:.0f} MB when ready, {before:.0f} after {requests // 10:,} others, {after:.0f} in the end")
    print(f"{len(report.wrong)} wrong")
    check(report, requests)
    assert after - before < MOST_MEGABYTES
    assert "jmt_queue_tokens 0.0" in numbers
    assert "jmt_queue_requests 0.0" in numbers
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert set(events) <= {"ready", "draining", "fault"}


@pytest.mark.soak
def test_10000_sentences_get_the_labels_that_they_get_alone(tiny_checkpoint: Path, tmp_path: Path):
    import jmt

    annotator = jmt.load(tiny_checkpoint, device="cpu")

    def make(dice: Dice) -> Asked:
        sentences = [dice.words() for _ in range(dice.choice((1, 2, 4)))]
        expected = [annotator.annotate_tokens([words]).to_dict() for words in sentences]
        shape = tokens_check(sentences, ["xpos", "chunk", "dep"])
        return Asked(
            "/v1/annotate",
            {"tokens": sentences},
            lambda answer: shape(answer) and answer["documents"] == expected,
        )

    with poisoned(tiny_checkpoint, tmp_path / "log") as (_, address):
        report = asyncio.run(run_load(address, requests=4_300, clients=CLIENTS, leaving=0, make=make))

    assert report.wrong == []
    assert report.outcomes == {"200": 4_300}  # 2.33 sentences each
