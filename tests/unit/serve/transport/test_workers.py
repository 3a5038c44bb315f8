"""Workers that do not end by themselves are ended."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from jmt.serve.transport.workers import Ready, Supervisor, run_workers


def ignore_signals(started: Path, listener: socket.socket, on_ready: Ready) -> int:
    """A worker whose model is stuck: it hears no signal."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    started.write_text(str(os.getpid()), encoding="utf-8")
    on_ready()
    time.sleep(60)
    return 0


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """A supervisor takes the signals of its process, and keeps them and their sockets to its end: here tests go on."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    supervisor = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    for number, handler in before.items():
        signal.signal(number, handler)
    if isinstance(supervisor, Supervisor):
        supervisor._wake.close()
        supervisor._woken.close()


@pytest.mark.parametrize(("signals", "least", "most"), [(1, 5, 12), (2, 0, 4)], ids=["one signal", "two"])
def test_who_does_not_end_is_killed_five_seconds_after_its_time_or_by_a_second_signal(
    tmp_path: Path, signals: int, least: float, most: float
):
    started, ended = tmp_path / "pid", threading.Event()
    sent: list[float] = []

    def end() -> None:
        while not started.exists() and not ended.wait(0.01):
            pass
        for _ in range(signals):
            time.sleep(0.3)
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGTERM)

    ending = threading.Thread(target=end)
    ending.start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        code = run_workers(1, listener, partial(ignore_signals, started), drain_seconds=0)
    seconds = time.monotonic() - sent[-1]
    ended.set()
    ending.join(10)

    assert code == 0
    assert least <= seconds < most
    assert not Path(f"/proc/{started.read_text(encoding='utf-8')}").exists()
