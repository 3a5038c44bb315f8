"""Weights in half precision or int8: how far off, how small, and that a model loaded from them is the rounded one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from jmt.cascade.checkpoint import read_storage
from jmt.cascade.prediction import Predictor
from jmt.errors import CheckpointError, InputError
from jmt.files.quantise import SCALE, Array, dequantise, pack, quantise, unpack
from jmt.network import checkpoint
from jmt.network.engine import TorchEngine
from tests.assets.tiny_model import SENTENCES, tiny_model


def normal(*shape: int) -> Array:
    return np.random.randn(*shape).astype(np.float32)


def matrix(rows: int = 300, columns: int = 64) -> Array:
    return normal(rows, columns) * np.logspace(-6, 3, rows, dtype=np.float32)[:, None]


def test_no_weight_is_off_by_more_than_half_a_scale():
    given = matrix()
    numbers, scale = quantise(given)

    assert numbers.dtype == np.int8
    error = np.abs(dequantise(numbers, scale) - given)
    assert bool((error <= scale[:, None] * 0.5 * (1 + 1e-5)).all())
    np.testing.assert_allclose(scale, np.abs(given).max(axis=1) / 127, rtol=1e-6)


def test_a_row_of_zeros_stays_one():
    numbers, scale = quantise(np.zeros((2, 20), np.float32))

    assert dequantise(numbers, scale).tolist() == [[0.0] * 20] * 2


def test_what_was_rounded_is_rounded_no_further():
    once = dequantise(*quantise(matrix()))

    np.testing.assert_allclose(dequantise(*quantise(once)), once, rtol=1e-6, atol=0)


def test_large_matrices_become_integers_small_ones_halves_and_vectors_stay():
    weights = {
        "table": matrix(),
        "cube": normal(8, 64, 64),
        "small": normal(10, 20),
        "narrow": normal(10_000, 4),
        "vector": normal(100_000),
        "huge": np.full((10, 10), 1e6, np.float32),
        "counts": np.arange(10),
    }
    packed = pack(weights, "int8")

    types = {name: array.dtype for name, array in packed.items()}
    assert types == {
        "table": np.int8,
        "table" + SCALE: np.float32,
        "cube": np.int8,
        "cube" + SCALE: np.float32,
        "small": np.float16,
        "narrow": np.float16,
        "vector": np.float32,
        "huge": np.float32,
        "counts": np.int64,
    }
    restored = unpack(packed)
    assert restored.keys() == weights.keys()
    assert all(restored[name].shape == weights[name].shape for name in weights)
    assert all(restored[name].dtype == weights[name].dtype for name in weights)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(1)
    grown = tiny_model()
    table = grown.encoder.words.ngrams.table
    assert table.weight.numel() < 16_384
    return grown


@pytest.mark.parametrize("storage", ["float16", "int8"])
def test_a_loaded_model_predicts_as_the_rounded_one(storage, model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.files.quantise.SMALLEST_MATRIX", 64)  # so that a tiny model has matrices of integers
    monkeypatch.setattr("jmt.files.quantise.SHORTEST_ROW", 8)
    checkpoint.save(model, tmp_path / "model", storage=storage)
    loaded = checkpoint.load(tmp_path / "model")
    rounded = tiny_model()
    restored = unpack(pack(checkpoint.weights_of(model), storage))
    rounded.load_state_dict({name: torch.from_numpy(array) for name, array in restored.items()})

    tasks = model.token_tasks
    found, expected = (Predictor(TorchEngine(one)).annotate(SENTENCES, tasks) for one in (loaded, rounded))
    assert found == expected
    assert read_storage(tmp_path / "model") == storage
    assert all(parameter.dtype == torch.float32 for parameter in loaded.parameters())


def test_each_storage_is_smaller_than_the_one_before(model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.files.quantise.SMALLEST_MATRIX", 64)
    monkeypatch.setattr("jmt.files.quantise.SHORTEST_ROW", 8)
    sizes = []
    for storage in ("float32", "float16", "int8"):
        checkpoint.save(model, tmp_path / storage, storage=storage)
        sizes.append((tmp_path / storage / "model.safetensors").stat().st_size)

    assert sizes[1] < 0.62 * sizes[0]
    assert sizes[2] < 0.75 * sizes[1]


def test_a_checkpoint_is_float32_unless_told_otherwise(tiny_checkpoint: Path):
    assert json.loads((tiny_checkpoint / "config.json").read_text())["storage"] == "float32"


def test_an_unknown_storage_is_refused(model, tmp_path: Path):
    with pytest.raises(InputError, match="float32, float16, int8"):
        checkpoint.save(model, tmp_path / "model", storage="int4")
    assert not (tmp_path / "model").exists()


def test_integers_with_too_few_scales_are_refused(model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.files.quantise.SMALLEST_MATRIX", 64)
    monkeypatch.setattr("jmt.files.quantise.SHORTEST_ROW", 8)
    monkeypatch.setattr(
        "jmt.files.quantise.quantise", lambda value: (quantise(value)[0], quantise(value)[1][:1].copy())
    )
    checkpoint.save(model, tmp_path / "model", storage="int8")

    with pytest.raises(CheckpointError, match="one float32 scale per row"):
        checkpoint.load(tmp_path / "model")
