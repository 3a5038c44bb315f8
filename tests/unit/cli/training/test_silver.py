"""`jmt silver` says what is wrong before it loads a model, and leaves nothing half-written."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.cli.training import silver
from jmt.runs.silver.making import Harvest


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--text", "gone.txt", "--output", "silver.conllu"], 1, "gone.txt: no such file"),
        (["--text", ".", "--output", "silver.conllu"], 1, "no .txt file in this folder"),
        (["--text", "raw.md", "--output", "silver.conllu", "--shortest", "9", "--longest", "8"], 2, "nothing is left"),
        (["--text", "raw.md", "--output", "folder/silver.conllu"], 1, "folder/silver.conllu: cannot be written"),
        (["--text", "raw.md", "--output", "silver.conllu"], 1, "nowhere"),
        (["--text", "raw.md", "--output", "./raw.md"], 1, "--output ./raw.md: raw.md is read, and would be lost"),
        (["--text", "./raw.md", "--without", "raw.md", "--output", "raw.md"], 1, "raw.md is read, and would be lost"),
    ],
)
def test_a_mistake_is_said_before_the_work_and_nothing_is_written(
    words: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    Path("raw.md").write_text("The old man sold a boat to his sister.\n", encoding="utf-8")

    assert main(["silver", "nowhere", "elsewhere", *words]) == code
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["raw.md"]


def test_a_pipe_is_left_for_the_models_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    os.write(writer, b"The old man sold a boat to his sister.\n")

    def found(arguments: argparse.Namespace, paths: list[Path], harvest: Harvest) -> Iterator[str]:
        heard.append(os.read(writer, 99))
        harvest.kept = 1
        yield "1\tGo\t_\t_\t_\t_\t0\troot\t_\t_\n\n"

    monkeypatch.setattr(silver, "_found", found)
    assert main(["silver", "one", "two", "--text", str(pipe), "--output", str(tmp_path / "silver.conllu")]) == 0
    os.close(writer)
    assert heard == [b"The old man sold a boat to his sister.\n"]
