"""Tasks are called what a user calls them, also where torch has methods of that name."""

from __future__ import annotations

from pathlib import Path

import pytest

import jmt
from benchmarks.planted_relations import write_planted
from jmt.cli.main import main

NAMES = {"few": "type", "chance": "items"}
"""`copy` is called so anyway."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = write_planted(tmp_path)
    text = path.read_text(encoding="utf-8")
    for name, other in NAMES.items():
        text = text.replace(f"[task.{name}]", f"[task.{other}]")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["hard", "soft", "experts", "cross_stitch"])
def test_a_task_may_be_called_type_items_or_copy(kind: str, config: Path, tmp_path: Path):
    edits = [f"sharing.level1={{kind='{kind}'}}", "training.schedule=joint", "training.weighting.method=uncertainty"]
    edits += ["training.epochs=1", "training.calibrate=false"]
    command = ["train", str(config), "--output", str(tmp_path / "run"), *(f"--set={edit}" for edit in edits)]
    assert main(command) == 0
    assert main([*command, "--resume", "--set=training.epochs=2"]) == 0

    (word, _) = jmt.load(tmp_path / "run")("bamus banet").tokens
    assert word.labels.keys() == {"type", "items", "copy"}
