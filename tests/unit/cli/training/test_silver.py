"""`jmt silver` says what is wrong before it loads a model, and leaves nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cli.main import main


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--text", "gone.txt", "--output", "silver.conllu"], 1, "gone.txt: no such file"),
        (["--text", ".", "--output", "silver.conllu"], 1, "no .txt file in this folder"),
        (["--text", "raw.md", "--output", "silver.conllu", "--shortest", "9", "--longest", "8"], 2, "nothing is left"),
        (["--text", "raw.md", "--output", "folder/silver.conllu"], 1, "folder/silver.conllu: cannot be written"),
        (["--text", "raw.md", "--output", "silver.conllu"], 1, "nowhere"),
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
