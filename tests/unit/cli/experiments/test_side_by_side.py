"""Runs in a row and side by side, without any training: reports, signals, and a place for each."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from jmt.cli.experiments.ablation_runs import train_all
from jmt.cli.experiments.side_by_side import Crew, progress_log_of, train_here, why_it_failed
from jmt.experiments.ablation import Cell, plan_ablation


@pytest.fixture
def cells(tmp_path: Path) -> list[Cell]:
    """Two networks with two seeds."""
    return plan_ablation("demo", ["cascade", "flat"], [1, 2], tmp_path)


def told(jobs: int = 1) -> argparse.Namespace:
    return argparse.Namespace(jobs=jobs, corpora=[], device="cpu")


def unused(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
    raise AssertionError("nothing is trained here")


class Idle:
    """A process that does nothing."""

    def __init__(self, **keys: Any) -> None:
        self.keys = keys

    def start(self) -> None:
        """It has."""


@pytest.mark.parametrize(("by_seed", "reports"), [(False, [1, 2, 3]), (True, [1, 3])])
def test_a_report_follows_every_run_or_every_seed_and_what_has_ended_is_left_alone(cells, by_seed, reports):
    trained: list[Cell] = []
    heard: list[int] = []
    code = train_all(
        cells,
        told(),
        [],
        ended=lambda cell: cell is cells[0],
        train=lambda cell, arguments, stops: trained.append(cell),
        report=lambda: heard.append(len(trained)),
        by_seed=by_seed,
    )
    assert (code, trained, heard) == (0, cells[1:], reports)


def test_a_signal_ends_the_row_with_a_report_and_its_exit_code(cells, capsys):
    stops: list[int] = []
    trained: list[Cell] = []
    heard: list[int] = []

    def train(cell: Cell, arguments: argparse.Namespace, stops: Sequence[int]) -> None:
        trained.append(cell)
        if len(trained) == 2:
            assert isinstance(stops, list)
            stops.append(signal.SIGTERM)

    code = train_all(
        cells,
        told(),
        stops,
        ended=lambda cell: False,
        train=train,
        report=lambda: heard.append(len(trained)),
        by_seed=True,
    )
    assert (code, trained, heard) == (128 + signal.SIGTERM, cells[:2], [2])
    assert "run 2 of 4" in capsys.readouterr().err


def test_every_run_has_a_place_of_its_own_and_takes_the_first_that_is_free(cells, monkeypatch):
    crew = Crew(4, told(2), unused)
    monkeypatch.setattr(crew, "_context", argparse.Namespace(Process=Idle))
    for number in (1, 2):
        crew.begin(number, cells[number - 1])
    first, second = crew.running
    assert [run.place for run in crew.running.values()] == [0, 1]
    del crew.running[first]
    crew.begin(3, cells[2])
    assert [(run.number, run.place) for run in crew.running.values()] == [(2, 1), (3, 0)]
    assert [process.keys["args"][1:4:2] for process in crew.running] == [(cells[1], 1), (cells[2], 0)]
    assert second in crew.running


def test_places_are_dealt_to_the_gpus_in_turn(cells, monkeypatch):
    chosen: list[int] = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    trained: list[Cell] = []
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        for place in range(3):
            train_here(lambda cell, arguments, stops: trained.append(cell), cells[place], told(), place)
    finally:
        signal.signal(signal.SIGINT, interrupt)
    assert (chosen, trained) == ([0, 1, 0], cells[:3])


def test_a_run_that_failed_is_told_by_its_last_words_or_by_its_signal(cells):
    assert why_it_failed(cells[0], -9).startswith("signal 9 ended it")
    assert why_it_failed(cells[0], 1) == "it said nothing"
    log = progress_log_of(cells[0])
    log.parent.mkdir(parents=True)
    log.write_text("epoch 1/2\njmt: error: no such corpus\n\n", encoding="utf-8")
    assert why_it_failed(cells[0], 2) == "no such corpus"


_PARENT = """
import argparse, multiprocessing, os, signal, sys, time
from pathlib import Path
from jmt.cli.experiments.side_by_side import work

def idle(cell, arguments, stops):
    cell.folder.with_suffix(".alive").touch()
    while not stops:
        time.sleep(0.05)
    cell.folder.with_suffix(".told").touch()

if __name__ == "__main__":
    cell = argparse.Namespace(folder=Path(sys.argv[1]))
    multiprocessing.get_context("spawn").Process(target=work, args=(idle, cell, argparse.Namespace(), 0)).start()
    while not cell.folder.with_suffix(".alive").exists():
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_is_told_to_stop_where_the_process_that_began_it_was_killed(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, encoding="utf-8")
    subprocess.run([sys.executable, str(script), str(tmp_path / "1")], check=False, timeout=120)
    until = time.monotonic() + 60
    while not (tmp_path / "1.told").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert (tmp_path / "1.told").exists()
