"""A run folder is read while a run is writing into it, or after a kill: nothing is moved, the whole one is found."""

from __future__ import annotations

import shutil
from pathlib import Path

from jmt.cascade.checkpoint import find_checkpoint, model_hash
from jmt.files.atomic import hidden_beside
from jmt.network import checkpoint


def test_reading_a_run_leaves_what_it_is_writing_alone(tiny_checkpoint: Path, tmp_path: Path):
    run = tmp_path / "run"
    shutil.copytree(tiny_checkpoint, run / "best")
    half = hidden_beside(run / "best", "new")
    half.mkdir()
    (half / "config.json").write_text("{")

    assert checkpoint.load(run).config.tasks
    assert find_checkpoint(run) == run / "best"
    assert (half / "config.json").read_text() == "{"


def test_between_two_moves_the_whole_checkpoint_is_found_beside_its_place(tiny_checkpoint: Path, tmp_path: Path):
    run = tmp_path / "run"
    for state in ("old", "new"):
        shutil.copytree(tiny_checkpoint, hidden_beside(run / "best", state))
    (hidden_beside(run / "best", "new") / "model.safetensors").write_bytes(b"half")

    assert find_checkpoint(run) == hidden_beside(run / "best", "old")
    assert find_checkpoint(run / "best") == hidden_beside(run / "best", "old")
    assert checkpoint.load(run).config.tasks
    assert model_hash(run / "best") == model_hash(tiny_checkpoint)
    assert not (run / "best").exists()
