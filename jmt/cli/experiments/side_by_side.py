"""Several trainings at once: the runs of a comparison, each in a process of its own.

Every run is told the same as in a row, and lies in a folder of its own: how many run at once changes no result.  What
a run says of its progress is appended to its folder's name with `.log`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.cli.terminal.console import guard, say

if TYPE_CHECKING:
    from jmt.experiments.ablation import Cell

Train = Callable[["Cell", argparse.Namespace, Sequence[int]], None]
"""Trains one run to its end or to a signal; a function of a module, so that another process can find it."""

_LOOK = 0.5
"""Seconds between two looks at whether a signal came."""


@dataclass(frozen=True, slots=True)
class Running:
    """A run under way."""

    number: int
    cell: Cell
    place: int
    """Which of the places is taken: of several GPUs, each place has its own."""
    began: float


def train_side_by_side(
    waiting: Sequence[tuple[int, Cell]],
    total: int,
    arguments: argparse.Namespace,
    stops: Sequence[int],
    *,
    train: Train,
    ended: Callable[[Cell], None],
) -> int:
    """Train the runs, `arguments.jobs` at once; `ended` hears of each that has come to its end, in any order.

    Returns an exit code: 0, or that of the first run that failed, after which no other is begun.  A signal is handed
    on, so that every run leaves a checkpoint.
    """
    from jmt.cli.training.train import EXIT_BY_SIGNAL

    crew = Crew(total, arguments, train)
    queue = deque(waiting)
    code, told = 0, False
    try:
        while crew.running or (queue and not stops and not code):
            while queue and len(crew.running) < arguments.jobs and not stops and not code:
                crew.begin(*queue.popleft())
            for run, exit_code in crew.wait():
                if exit_code == 0:
                    crew.say_done(run, len(queue))
                    ended(run.cell)
                elif not stops and not code:
                    code = exit_code if exit_code > 0 else EXIT_BY_SIGNAL - exit_code
                    say(f"run {run.number} of {total} failed: {why_it_failed(run.cell, exit_code)}")
            if (stops or code) and not told:
                crew.stop()
                told = True
    finally:
        crew.kill()
    return code


class Crew:
    """The processes that train."""

    def __init__(self, total: int, arguments: argparse.Namespace, train: Train) -> None:
        self.running: dict[SpawnProcess, Running] = {}
        self._total, self._train = total, train
        self._jobs = arguments.jobs
        self._told = argparse.Namespace(corpora=arguments.corpora, device=arguments.device)
        self._context = multiprocessing.get_context("spawn")  # a forked torch hangs
        self._seconds: list[float] = []

    def begin(self, number: int, cell: Cell) -> None:
        """Start a run in the first free place."""
        taken = {run.place for run in self.running.values()}
        place = min(set(range(self._jobs)) - taken)
        say(f"run {number} of {self._total}: {cell.folder} (progress: {progress_log_of(cell)})")
        process = self._context.Process(target=work, args=(self._train, cell, self._told, place), daemon=True)
        process.start()
        self.running[process] = Running(number, cell, place, time.monotonic())

    def wait(self) -> list[tuple[Running, int]]:
        """Wait a moment; give the runs that have ended since, with their exit codes."""
        wait([process.sentinel for process in self.running], timeout=_LOOK)
        gone = [process for process in self.running if process.exitcode is not None]
        return [(self.running.pop(process), process.exitcode or 0) for process in gone]

    def say_done(self, run: Running, waiting: int) -> None:
        """Say how long a run took, and how long what is left will take if it takes as long."""
        seconds = time.monotonic() - run.began
        self._seconds.append(seconds)
        mean = sum(self._seconds) / len(self._seconds)
        left = mean * (waiting + len(self.running) / 2) / self._jobs
        say(f"run {run.number} of {self._total} done after {seconds / 60:.1f} min; left: about {left / 60:.0f} min")

    def stop(self) -> None:
        """Ask every run to stop after its step, with a checkpoint."""
        for process in self.running:
            process.terminate()

    def kill(self) -> None:
        """End at once what still runs."""
        for process in self.running:
            process.kill()
            process.join()


def work(train: Train, cell: Cell, arguments: argparse.Namespace, place: int) -> None:
    """Train one run: what the process of its own does.  Its exit code is that of a command."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all: the parent hands on what counts
    threading.Thread(target=_stop_without_parent, daemon=True).start()
    path = progress_log_of(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    sys.exit(guard(lambda: train_here(train, cell, arguments, place)))


def _stop_without_parent() -> None:
    """Ask this process to stop, with a checkpoint, once the one that began it is gone: a killed one tells nobody."""
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        signal.raise_signal(signal.SIGTERM)


def train_here(train: Train, cell: Cell, arguments: argparse.Namespace, place: int) -> int:
    """Train one run in this process, on the GPU of its place where there are several."""
    import torch

    from jmt.cli.training.train import EXIT_BY_SIGNAL, stop_signals

    if torch.cuda.device_count() > 1:
        torch.cuda.set_device(place % torch.cuda.device_count())
    with stop_signals() as stops:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        train(cell, arguments, stops)
        return EXIT_BY_SIGNAL + stops[0] if stops else 0


def progress_log_of(cell: Cell) -> Path:
    """Return where a run's progress goes."""
    return cell.folder.with_name(f"{cell.folder.name}.log")


def why_it_failed(cell: Cell, exit_code: int) -> str:
    """Tell why a run has failed: by the last line of its log, or by the signal that killed it."""
    if exit_code < 0:
        return f"signal {-exit_code} ended it (9 comes, among others, where memory is short: take fewer --jobs)"
    log = progress_log_of(cell)
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.exists() else []
    return next((line for line in reversed(lines) if line.strip()), "it said nothing").removeprefix("jmt: error: ")
