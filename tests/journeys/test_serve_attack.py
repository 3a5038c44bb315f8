"""Under attack: 16 connections at their worst for 10 seconds, and everybody else is served as if there were none."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.assets import attacker
from tests.assets.fake_service import Alone, alone
from tests.assets.live_service import read_answer, request
from tests.assets.load import run_load

SECONDS = 10
MOST_MEGABYTES = 32


@dataclass
class Seen:
    """What others saw while the attack went on."""

    livez: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    right: int = 0
    growth: float = 0.0


@contextmanager
def attack(service: Alone, core: int | None) -> Iterator[None]:
    """Let the attacker at a service."""
    command = [sys.executable, attacker.__file__, *map(str, service.address), *([] if core is None else [str(core)])]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(20)


def ask_livez(address: tuple[str, int], seen: Seen, over: threading.Event) -> None:
    """Ask on a connection of its own each time, as a balancer would; note how long each took."""
    while not over.is_set():
        began = time.perf_counter()
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(request("/livez"))
            status, answer = read_answer(connection)
        seen.livez.append(time.perf_counter() - began)
        if (status, answer) != (200, b'{"status":"alive"}'):
            seen.wrong.append(f"{status}: {answer!r}")
        time.sleep(0.02)


def work(address: tuple[str, int], seen: Seen) -> None:
    """Ask for annotations and judgements; each answer is checked token by token."""
    report = asyncio.run(run_load(address, requests=20, clients=2, leaving=0, poison=0, seed=len(seen.livez)))
    seen.wrong += report.wrong
    seen.right += report.outcomes["200"]


def ask_large(address: tuple[str, int]) -> None:
    """Ask for what the slow readers ask for, and take it: what such work needs is no loss to an attack."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(attacker.WORK % (len(attacker.LARGE), attacker.LARGE))
        assert read_answer(connection)[0] == 200


def watch(service: Alone, core: int | None) -> Seen:
    """Attack a service, and be an honest client of it meanwhile."""
    seen, over = Seen(), threading.Event()
    work(service.address, Seen())
    with ThreadPoolExecutor(attacker.OF_EACH) as pool:
        list(pool.map(ask_large, [service.address] * attacker.OF_EACH * 2))
    before = service.megabytes()
    with attack(service, core):
        asking = threading.Thread(target=ask_livez, args=(service.address, seen, over))
        asking.start()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            work(service.address, seen)
            seen.growth = max(seen.growth, service.megabytes() - before)
            time.sleep(0.1)
        over.set()
        asking.join(60)
    return seen


def check(seen: Seen) -> None:
    """Right answers, and no memory that grows."""
    assert seen.wrong == []
    assert seen.right >= 20
    assert seen.growth < MOST_MEGABYTES


def test_an_attack_on_16_connections_changes_nothing_for_others(tmp_path: Path):
    """Times are those of a machine that may be busy; a service that can be held up is late by many seconds here."""
    with alone(tmp_path / "log") as service:
        seen = watch(service, None)
    check(seen)
    assert statistics.median(seen.livez) < 0.5
    assert max(seen.livez) < 4
    assert {event["event"] for event in service.events()} <= {"ready", "draining"}


@pytest.mark.soak
def test_an_attack_on_16_connections_delays_nobody_where_each_side_has_a_core(tmp_path: Path):
    first, second = sorted(os.sched_getaffinity(0))[:2]
    with alone(tmp_path / "log", core=first) as service:
        seen = watch(service, second)
    times = sorted(seen.livez)
    print(f"\n/livez under attack, {len(times)} times: median {1000 * statistics.median(times):.1f} ms, "
          f"p99 {1000 * times[int(0.99 * len(times))]:.1f} ms, worst {1000 * times[-1]:.1f} ms")  # fmt: skip
    print(f"{seen.right} other answers, {len(seen.wrong)} wrong; memory grew by {seen.growth:.1f} MB")
    check(seen)
    assert statistics.median(times) < 0.05
    assert times[-1] < 0.5
