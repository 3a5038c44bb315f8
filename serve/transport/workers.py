"""Several processes behind one socket: started by spawn, restarted when they die, ended together.

A worker that dies before it was ever ready would die again: then all are ended.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import FrameType
from typing import Any

from prometheus_client import multiprocess

from jmt.safety.leftovers import owned_folder
from jmt.serve.watching.logs import log_event
from jmt.serve.watching.metrics import SHARED

Ready = Callable[[], None]
Work = Callable[[socket.socket, Ready], int]
"""What a worker does: it takes the socket, calls back once it is ready, and gives its exit code; can be pickled."""

_MARK_DEAD: Callable[[int | None], object] = multiprocess.mark_process_dead  # the library says no types
_PAUSE = 1.0  # seconds before a worker that died is started again


def run_workers(count: int, listener: socket.socket, work: Work, *, drain_seconds: float) -> int:
    """Keep `count` workers running until SIGTERM or SIGINT; gives the exit code.

    Their numbers for Prometheus are shared in a temporary folder; those that killed services left are swept first.  On
    a signal they drain; who has not ended a while after `drain_seconds`, or when a second signal comes, is killed.
    """
    with owned_folder(Path(tempfile.gettempdir()), "jmt-metrics") as folder:
        os.environ[SHARED] = str(folder)  # the workers inherit it
        try:
            return Supervisor(count, listener, work, drain_seconds).run()
        finally:
            del os.environ[SHARED]


class Supervisor:
    """The parent of the workers; it answers nothing itself."""

    def __init__(self, count: int, listener: socket.socket, work: Work, drain_seconds: float) -> None:
        self._count, self._listener, self._work, self._drain_seconds = count, listener, work, drain_seconds
        self._context = multiprocessing.get_context("spawn")  # a forked torch hangs
        self._ready: Synchronized[int] = self._context.Value("i", 0)
        self._seen = 0
        self._workers: list[SpawnProcess] = []
        self._signals = 0
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)

    def run(self) -> int:
        """Start, watch and end the workers."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        self._start()
        failed = not self._first_is_ready()  # a model that cannot be served is said once, not by every worker
        if not (failed or self._signals):
            for _ in range(self._count - 1):
                self._start()
        while not self._signals and not failed:
            failed = self._replace_dead()
        self._end()
        return 1 if failed else 0

    def _first_is_ready(self) -> bool:
        while not (self._ready.value or self._signals):
            if not self._workers[0].is_alive():
                return False
            wait([self._woken, self._workers[0].sentinel], timeout=0.1)
        return True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        self._wake.send(b"!")

    def _start(self) -> None:
        process = self._context.Process(
            target=_be_worker, args=(self._work, self._listener, self._ready), name="jmt-worker"
        )
        process.start()
        self._workers.append(process)

    def _replace_dead(self) -> bool:
        """Wait until a worker dies or a signal comes, and start others; tells whether that would not help."""
        wait([self._woken, *(worker.sentinel for worker in self._workers)])
        dead = [worker for worker in self._workers if not worker.is_alive()]
        for worker in dead:
            self._workers.remove(worker)
            _MARK_DEAD(worker.pid)
            if not self._signals:
                log_event(logging.ERROR, "worker died", {"pid": worker.pid, "exit": worker.exitcode})
        if dead and not self._signals:
            if self._ready.value == self._seen:
                return True  # nobody got ready since the last death: the next one would not, either
            self._seen = self._ready.value
            time.sleep(_PAUSE)
            for _ in dead:
                self._start()
        return False

    def _end(self) -> None:
        """Let the workers drain, and kill those that take too long."""
        self._listener.close()  # or new clients would wait here, where nobody answers, for workers that end
        for worker in self._workers:
            worker.terminate()
        deadline = time.monotonic() + self._drain_seconds + 5
        while any(worker.is_alive() for worker in self._workers):
            left = deadline - time.monotonic()
            wait([self._woken, *(worker.sentinel for worker in self._workers)], timeout=max(0.0, left))
            if left <= 0 or self._signals > 1:
                for worker in self._workers:
                    worker.kill()
            self._workers = [worker for worker in self._workers if worker.is_alive()]


def _be_worker(work: Work, listener: socket.socket, ready: Synchronized[int]) -> None:
    """Run in a fresh process: work until told to end, or until the parent is gone."""
    threading.Thread(target=_follow_parent, daemon=True).start()

    def on_ready() -> None:
        with ready.get_lock():
            ready.value += 1

    raise SystemExit(work(listener, on_ready))


def _follow_parent() -> None:
    parent: Any = multiprocessing.parent_process()
    parent.join()
    signal.raise_signal(signal.SIGTERM)
