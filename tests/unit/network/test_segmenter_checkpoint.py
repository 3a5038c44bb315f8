"""The segmenter's file of weights in a checkpoint: written, read, put into another model, and refused where it lies."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from jmt.annotate import load
from jmt.cascade.checkpoint import model_hash
from jmt.errors import CheckpointError, InputError
from jmt.files.atomic import MANIFEST, write_manifest
from jmt.network import checkpoint
from jmt.network.grafting import with_segmenter_of
from jmt.network.model import JointModel
from tests.assets.hostile_texts import hostile_text
from tests.assets.tiny_model import tiny_model
from tests.assets.tiny_segmenter import EXPANSIONS, with_segmenter
from tests.assets.tiny_transformer import tiny_transformer

FILE = "segmenter.safetensors"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("segmenter") / "model"
    checkpoint.save(with_segmenter(tiny_model()), folder)
    return folder


@pytest.mark.parametrize("build", [tiny_model, tiny_transformer], ids=["bilstm", "transformer"])
def test_a_model_comes_back_with_its_segmenter_and_annotates_with_it(build: Callable[[], JointModel], tmp_path: Path):
    model = with_segmenter(build())
    checkpoint.save(model, tmp_path / "model")
    read = checkpoint.load(tmp_path / "model")
    assert read.segmenter is not None
    assert model.segmenter is not None
    texts = [hostile_text(number) for number in range(100)]

    assert [read.segmenter.trained().segment(text) for text in texts] == [
        model.segmenter.trained().segment(text) for text in texts
    ]
    annotator, text = load(tmp_path / "model"), "Du gonna. Small\n\ncat sat"
    units = [unit for sentence in annotator(text).sentences for unit in sentence.surface_tokens]
    expected = [token for sentence in model.segmenter.trained().segment(text) for token in sentence]
    assert [(unit.text, unit.start, unit.end) for unit in units] == [token[:3] for token in expected]
    assert not any(name.startswith("segmenter.") for name in load_file(tmp_path / "model" / "model.safetensors"))


def test_bytes_instead_of_floats_keep_the_segmenter_close(tmp_path: Path):
    model = with_segmenter(tiny_model(), trait_rows=4096, trait_size=32)
    checkpoint.save(model, tmp_path / "model", storage="int8")
    stored = load_file(tmp_path / "model" / FILE)
    assert stored["segmenter.traits.weight"].dtype == np.int8
    read = checkpoint.load(tmp_path / "model").state_dict()

    for name, value in model.state_dict().items():
        if name.startswith("segmenter."):
            assert torch.allclose(read[name], value, atol=float(value.abs().max()) / 100), name


def test_a_model_with_another_segmenter_is_another_model(saved: Path, tmp_path: Path):
    checkpoint.save(tiny_model(), tmp_path / "without")
    checkpoint.save(with_segmenter(tiny_model(), seed=2), tmp_path / "other")

    assert len({model_hash(saved), model_hash(tmp_path / "without"), model_hash(tmp_path / "other")}) == 3


def rewrite(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """Change the tensors of the file."""

    def spoil(folder: Path) -> None:
        tensors = load_file(folder / FILE)
        change(tensors)
        save_file(tensors, folder / FILE)

    return spoil


def first_bytes(content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / FILE).write_bytes(content + (folder / FILE).read_bytes()[len(content) :])


def edit_config(**keys: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = json.loads((folder / "config.json").read_text())
        content["model"]["segmenter"] = {**content["model"]["segmenter"], **keys}
        (folder / "config.json").write_text(json.dumps(content))

    return spoil


def edit_labels(labels: list[Any]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = json.loads((folder / "labels.json").read_text())
        (folder / "labels.json").write_text(json.dumps({**content, "segmenter": labels}))

    return spoil


def forget_segmenter(folder: Path) -> None:
    """The file is there, and nothing says what for."""
    for name, keys in (("config.json", ("model",)), ("labels.json", ())):
        content = json.loads((folder / name).read_text())
        inner = content["model"] if keys else content
        del inner["segmenter"]
        (folder / name).write_text(json.dumps(content))


TENSOR = "segmenter.enter.weight"
ATTACKS: dict[str, Callable[[Path], None]] = {
    "missing": lambda folder: (folder / FILE).unlink(),
    "truncated": lambda folder: (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-40]),
    "empty": lambda folder: (folder / FILE).write_bytes(b""),
    "no safetensors": lambda folder: (folder / FILE).write_bytes(b"\x80\x04pickle" * 40),
    "a header without end": first_bytes(struct.pack("<Q", 2**62)),
    "the model's own file": lambda folder: shutil.copy(folder / "model.safetensors", folder / FILE),
    "a tensor too few": rewrite(lambda tensors: tensors.pop(TENSOR)),
    "a tensor too many": rewrite(lambda tensors: tensors.update({"segmenter.more": tensors[TENSOR]})),
    "a tensor of the cascade": rewrite(lambda tensors: tensors.update({"heads.xpos.weight": tensors[TENSOR]})),
    "another shape": rewrite(lambda tensors: tensors.update({TENSOR: tensors[TENSOR][:, :-1].copy()})),
    "another type": rewrite(lambda tensors: tensors.update({TENSOR: tensors[TENSOR].astype(np.int64)})),
    "no number": rewrite(lambda tensors: tensors.update({TENSOR: tensors[TENSOR] * np.nan})),
    "endless": rewrite(lambda tensors: tensors.update({TENSOR: tensors[TENSOR] + np.inf})),
    "too many rows": edit_config(trait_rows=2**20),
    "more rows than any": edit_config(trait_rows=2**40),
    "too wide": edit_config(hidden_size=1024),
    "a dilation of nothing": edit_config(dilations=[0, 1, 2]),
    "a layer too many": edit_config(dilations=[1, 2, 3, 4]),
    "the name of a task": edit_config(name="xpos"),
    "a level": edit_config(level=1),
    "an unknown key": edit_config(door="open"),
    "no labels": edit_labels([]),
    "labels that are none": edit_labels([None, 1]),
    "a label twice": edit_labels([""] * len(EXPANSIONS)),
    "a label too few": edit_labels(EXPANSIONS[:-1]),
    "a label with a line end": edit_labels([*EXPANSIONS[:-1], "= all du a\n+b"]),
    "nobody's file": forget_segmenter,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_file_that_lies_is_refused_before_anything_is_built(name: str, saved: Path, tmp_path: Path):
    folder = tmp_path / "model"
    shutil.copytree(saved, folder)
    ATTACKS[name](folder)
    (folder / MANIFEST).unlink()
    write_manifest(folder)  # as an attacker would see to

    with pytest.raises(CheckpointError) as refusal:
        checkpoint.load(folder)
    assert str(folder) in str(refusal.value)
    assert MANIFEST not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["missing", "truncated", "no number", "the model's own file"])
def test_a_file_that_is_not_the_manifests_is_refused(name: str, saved: Path, tmp_path: Path):
    folder = tmp_path / "model"
    shutil.copytree(saved, folder)
    ATTACKS[name](folder)

    with pytest.raises(CheckpointError, match=FILE):
        checkpoint.load(folder)


def test_a_segmenter_of_another_language_is_refused_with_the_command_that_trains_one():
    donor = with_segmenter(tiny_model())
    donor.config = donor.config.model_copy(update={"language": "fr"})
    with pytest.raises(
        InputError, match=r"language 'fr', the model of 'en'.*train ud --tasks segmenter --set language=en"
    ):
        with_segmenter_of(tiny_model(), donor)


def test_the_confidences_of_the_model_that_gets_a_segmenter_stay_calibrated():
    model, donor = tiny_model(), with_segmenter(tiny_model())
    model.temperatures, donor.temperatures = {"xpos": 1.5}, {"xpos": 2.0}
    assert with_segmenter_of(model, donor).cascade.temperatures == {"xpos": 1.5}
