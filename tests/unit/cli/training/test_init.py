"""`jmt init` hands out packaged configurations and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cli.main import main
from tests.repository.source import ROOT


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_packaged_configuration_is_copied_with_its_comments(tmp_path: Path):
    assert main(["init", "demo"]) == 0
    assert (tmp_path / "demo.toml").read_bytes() == (ROOT / "configs" / "demo.toml").read_bytes()


def test_a_configuration_can_go_to_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["init", "demo", "--output", "-"]) == 0
    assert capsys.readouterr().out == (ROOT / "configs" / "demo.toml").read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "demo.toml").write_text("mine")

    assert main(["init", "demo"]) == 1
    assert (tmp_path / "demo.toml").read_text() == "mine"
    assert "--output" in capsys.readouterr().err


def test_an_unknown_name_is_met_with_those_there_are(capsys: pytest.CaptureFixture[str]):
    assert main(["init", "no-such-thing"]) == 2
    assert "demo" in capsys.readouterr().err
