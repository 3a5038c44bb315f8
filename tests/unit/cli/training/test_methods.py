"""`jmt methods`: what it prints is what the code knows."""

from __future__ import annotations

import json

import pytest

from jmt.cli.main import main
from jmt.training.weighting import METHODS


def test_every_method_is_listed_with_its_schedules_its_keys_and_its_paper(capsys: pytest.CaptureFixture[str]):
    assert main(["methods"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["method", "schedules", "needs"]
    listed = {row.split()[0]: row for row in rows if row.strip()}
    assert list(listed) == list(METHODS)
    for name, method in METHODS.items():
        for part in (method.paper, method.does, method.needs, *method.schedules, *method.keys):
            assert part in listed[name]


def test_the_list_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]):
    assert main(["methods", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["method"] for line in lines] == list(METHODS)
    assert lines[-1]["schedules"] == ["joint"]
    assert set(lines[0]) == {"method", "does", "paper", "needs", "schedules", "keys"}
