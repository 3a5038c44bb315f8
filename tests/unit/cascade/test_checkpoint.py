"""What a checkpoint says can be read, and written again byte by byte, by an engine that has no torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jmt.cascade.checkpoint import opened, read_card, write_checkpoint
from jmt.errors import CheckpointError, ConfigError
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
