"""From a path or a name to an `Annotator`, or to one clear message."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import jmt
from jmt.annotate.loading import origin_of
from jmt.errors import CheckpointError, InputError
from jmt.models import places as model_places


def test_a_checkpoint_is_loaded_with_its_name_and_hash(tiny_checkpoint: Path):
    annotator = jmt.load(tiny_checkpoint)

    assert annotator("A cat.").sentences[0].tokens[0].xpos
    assert annotator.name == "model"
    assert annotator.revision.startswith("sha256:")
    assert len(annotator.revision) == len("sha256:") + 64


def test_a_run_folder_means_its_best_checkpoint(tiny_checkpoint: Path, tmp_path: Path):
    run = tmp_path / "my-run"
    shutil.copytree(tiny_checkpoint, run / "best")

    assert jmt.load(str(run)).name == "my-run"
    assert jmt.load(run, tasks=["xpos"]).token_tasks == ["xpos"]


def test_a_model_in_the_package_is_found_by_its_name(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(model_places, "installed_models", lambda: {"en_small": tiny_checkpoint})
    monkeypatch.chdir(tmp_path)

    assert jmt.load("en_small")("A cat.").sentences
    with pytest.raises(CheckpointError, match=r"`en_big` is no folder here and no installed model.*en_small"):
        jmt.load("en_big")


@pytest.mark.parametrize("place", ["nowhere/at/all", "file.txt", "empty"])
def test_what_is_no_model_is_refused(place: str, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("no model")

    with pytest.raises(CheckpointError, match=place):
        jmt.load(tmp_path / place)


@pytest.mark.parametrize(
    "name", ["config.json", "labels.json", "vocabulary.json", "model.safetensors", "manifest.json"]
)
def test_a_checkpoint_with_a_truncated_or_missing_file_is_refused(name: str, tiny_checkpoint: Path, tmp_path: Path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny_checkpoint, broken)
    (broken / name).write_bytes((broken / name).read_bytes()[:-10])
    with pytest.raises(CheckpointError, match="broken"):
        jmt.load(broken)
    (broken / name).unlink()
    with pytest.raises(CheckpointError, match="broken"):
        jmt.load(broken)


def test_an_unknown_device_is_refused(tiny_checkpoint: Path):
    with pytest.raises(InputError, match=r"`gpu`.*auto, cpu or cuda"):
        jmt.load(tiny_checkpoint, device="gpu")


def test_as_many_threads_as_are_asked_for_are_used_from_then_on(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    monkeypatch.setattr("jmt.runtime.engine.limit_threads", asked.append)

    annotator = jmt.load(tiny_checkpoint, device="cpu", engine="runtime", threads=1)
    jmt.load(tiny_checkpoint, device="cpu", engine="runtime")

    assert asked == [1]
    assert origin_of(annotator).threads == 1


@pytest.mark.parametrize("threads", [-1, True, "2", 1.0])
def test_what_is_no_number_of_threads_is_refused(threads: Any, tiny_checkpoint: Path):
    with pytest.raises(InputError, match="threads is a whole number, 0"):
        jmt.load(tiny_checkpoint, threads=threads)


def test_annotating_imports_neither_transformers_nor_datasets_nor_training(tiny_checkpoint: Path):
    script = (
        "import sys, jmt\n"
        f"jmt.load({str(tiny_checkpoint)!r})('A cat.')\n"
        "print([m for m in ('transformers', 'datasets', 'pandas', 'jmt.training', 'seqeval') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"
