"""What a checkpoint says can be read, and written again byte by byte, by an engine that has no torch."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jmt.cascade.checkpoint import model_hash, opened, read_card, write_calibrated, write_checkpoint
from jmt.engines import load_model
from jmt.errors import CheckpointError, ConfigError
from jmt.files.atomic import replace_folder, write_manifest
from jmt.files.guards.weights_header import Entry
from jmt.network import checkpoint


def test_an_engine_reads_the_cascade_and_its_weights_as_arrays(tiny_checkpoint: Path):
    model = checkpoint.load(tiny_checkpoint)

    with opened(tiny_checkpoint) as stored:
        weights = stored.read_weights(stored.files["model.safetensors"])

    assert stored.cascade.config == model.config
    assert stored.cascade.labels == model.labels
    assert stored.cascade.lexicon.words.symbols == model.lexicon.words.symbols
    assert stored.cascade.pretrained is None
    assert stored.numbers == sum(array.size for array in weights.values())
    assert all(np.array_equal(weights[name], value.numpy()) for name, value in model.state_dict().items())


def test_what_was_read_is_written_again_byte_by_byte(tiny_checkpoint: Path, tmp_path: Path):
    with opened(tiny_checkpoint) as stored:
        write_checkpoint(
            tmp_path,
            stored.cascade,
            stored.read_weights(stored.files["model.safetensors"]),
            card=read_card(tiny_checkpoint),
        )

    for written in tmp_path.iterdir():
        assert written.read_bytes() == (tiny_checkpoint / written.name).read_bytes()
    assert {path.name for path in tmp_path.iterdir()} >= {"config.json", "model.safetensors", "vocabulary.json"}


def test_weights_that_an_engine_does_not_expect_are_refused_by_name(tiny_checkpoint: Path):
    with (
        pytest.raises(CheckpointError, match=r"the weights lack \['heads\.new\.bias'\]"),
        opened(tiny_checkpoint) as stored,
    ):
        stored.read_weights({**stored.files["model.safetensors"], "heads.new.bias": Entry("F32", (2,))})


def test_what_an_engine_finds_wrong_is_said_of_the_checkpoint(tiny_checkpoint: Path):
    with pytest.raises(CheckpointError, match=f"{tiny_checkpoint}.*: no such taps"), opened(tiny_checkpoint):
        raise ConfigError("no such taps")


def test_temperatures_are_written_and_read_again_and_a_checkpoint_without_them_has_none(
    tiny_checkpoint: Path, tmp_path: Path
):
    given = {"xpos": 1.5, "dep": 0.75, "entailment": 2.0}
    with opened(tiny_checkpoint) as stored:
        assert stored.cascade.temperatures == {}
        weights = stored.read_weights(stored.files["model.safetensors"])
    assert "temperatures" not in json.loads((tiny_checkpoint / "config.json").read_text())
    replace_folder(
        tmp_path / "new", lambda fresh: write_checkpoint(fresh, replace(stored.cascade, temperatures=given), weights)
    )

    for engine in ("runtime", "torch"):
        assert load_model(tmp_path / "new", engine=engine).engine.cascade.temperatures == given


def test_a_calibrated_copy_differs_in_its_configuration_alone(tiny_checkpoint: Path, tmp_path: Path):
    small = tmp_path / "small"
    checkpoint.save(checkpoint.load(tiny_checkpoint), small, storage="int8")
    for target in (tmp_path / "other", small):  # beside it, and in its place
        before = {path.name: path.read_bytes() for path in small.iterdir()}
        replace_folder(target, lambda fresh: write_calibrated(small, {"xpos": 1.5}, fresh))
        after = {path.name: path.read_bytes() for path in target.iterdir()}
        assert {name for name in before if after.pop(name) != before[name]} == {"config.json", "manifest.json"}
        assert not after
        assert load_model(target).engine.cascade.temperatures == {"xpos": 1.5}
        assert model_hash(target) == model_hash(small)
    replace_folder(small, lambda fresh: write_calibrated(small, {"dep": 2.0}, fresh))
    assert load_model(small).engine.cascade.temperatures == {"xpos": 1.5, "dep": 2.0}  # the others keep theirs


@pytest.mark.parametrize(
    "hostile",
    [
        '{"xpos": NaN}',
        '{"xpos": Infinity}',
        '{"xpos": 0}',
        '{"xpos": -1.5}',
        '{"xpos": 1e30}',
        '{"xpos": 1e-30}',
        '{"xpos": true}',
        '{"xpos": "1.5"}',
        '{"xpos": null}',
        '{"xpos": [1.5]}',
        '{"relatedness": 1.5}',
        '{"nowhere": 1.5}',
        "[1.5]",
        "1.5",
        "null",
    ],
)
def test_temperatures_that_no_calibration_gives_are_refused(hostile: str, tiny_checkpoint: Path, tmp_path: Path):
    model = tmp_path / "model"
    shutil.copytree(tiny_checkpoint, model)
    config = (model / "config.json").read_text()
    (model / "config.json").write_text(f'{config.rstrip()[:-1]}, "temperatures": {hostile}}}')
    (model / "manifest.json").unlink()
    write_manifest(model)

    with pytest.raises(CheckpointError, match=r"config\.json"), opened(model):
        pass


def test_a_temperature_that_would_be_refused_is_not_written(tiny_checkpoint: Path, tmp_path: Path):
    wrong: list[dict[str, Any]] = [{"xpos": float("nan")}, {"relatedness": 2.0}]
    for temperatures in wrong:
        with pytest.raises(ValueError, match="temperatures"):
            write_calibrated(tiny_checkpoint, temperatures, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_from_before_arguments_were_single_chooses_arc_by_arc_as_it_did(
    tiny_checkpoint: Path, tmp_path: Path
):
    model = tmp_path / "model"
    shutil.copytree(tiny_checkpoint, model)
    config = json.loads((model / "config.json").read_text())
    assert config["model"]["tasks"]["dep"].pop("arguments") == "single"
    (model / "config.json").write_text(json.dumps(config))
    (model / "manifest.json").unlink()
    write_manifest(model)

    arguments = []
    for folder in (tiny_checkpoint, model):
        with opened(folder) as stored:
            arguments.append(stored.cascade.config.tasks["dep"].model_dump()["arguments"])
    assert arguments == ["single", "any"]
