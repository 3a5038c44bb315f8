"""`jmt probe` prints what a model has understood, as tables and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.cli.main import main


def test_a_model_is_probed_with_a_file_and_the_minimal_pairs(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = tmp_path / "own.tsv"
    text.write_text("first\tsecond\nThe small dog barks.\tA dog is small.\n", encoding="utf-8")
    words = ["probe", str(tiny_checkpoint), "--text", str(text)]

    assert main(words) == 0
    shown = capsys.readouterr().out
    assert f"{text}: a sentence beside itself" in shown
    assert f"{text}: a change to a pair" in shown
    assert "test alone" in shown

    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["itself"][str(text)]["itself"]["count"] == 2
    assert found["minimal_pairs"]["totals"]["all"]["count"] == 1092
    assert 1 <= found["itself"][str(text)]["itself"]["grade"] <= 5


def test_what_is_no_text_is_said_before_the_model_is_read(capsys: pytest.CaptureFixture[str]):
    assert main(["probe", "nowhere", "--text", "nothing"]) == 1
    assert "neither a file nor a known corpus" in capsys.readouterr().err
