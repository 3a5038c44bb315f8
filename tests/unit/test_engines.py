"""Which engine a model gets: the runtime where it can, torch where something asks for it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

import jmt
from jmt import engines
from jmt.engines import load_model
from jmt.errors import InputError
from jmt.network import checkpoint
from jmt.segmentation.learned import LearnedSegmenter
from tests.assets.tiny_model import SENTENCES, tiny_model
from tests.assets.tiny_segmenter import with_segmenter


@pytest.fixture
def no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_GPU_DRIVERS", ())


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cascade whose tasks do not share all levels."""
    folder = tmp_path_factory.mktemp("split") / "model"
    checkpoint.save(tiny_model(sharing={"level2": {"kind": "soft"}}), folder)
    return folder


@pytest.mark.usefixtures("no_driver")
@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({}, "runtime"),
        ({"device": "cpu"}, "runtime"),
        ({"engine": "torch"}, "torch"),
        ({"precision": "bfloat16"}, "torch"),
        ({"engine": "runtime"}, "runtime"),
    ],
)
def test_the_runtime_computes_unless_something_asks_for_torch(
    choice: dict[str, str], name: str, tiny_checkpoint: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR, "jmt"):
        loaded = load_model(tiny_checkpoint, **choice)  # type: ignore[arg-type]

    assert loaded.engine.name == name
    assert jmt.load(tiny_checkpoint, **choice).describe()["engine"] == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"engine": "fast"}, "engine `fast` is unknown; choose auto, runtime, torch"),
        ({"engine": "runtime", "precision": "bfloat16"}, "no part for bfloat16; choose auto or torch"),
        ({"device": "tpu"}, "device `tpu` is unknown"),
        ({"device": "tpu", "engine": "runtime"}, "device `tpu` is unknown"),
        ({"precision": "int8"}, "precision `int8` is unknown"),
        ({"segmenter": "learned"}, "has not learned to split text"),
    ],
)
def test_what_no_engine_can_do_is_refused_with_what_can_be_chosen(
    choice: dict[str, str], said: str, tiny_checkpoint: Path
):
    with pytest.raises(InputError, match=said):
        load_model(tiny_checkpoint, **choice)  # type: ignore[arg-type]


@pytest.mark.usefixtures("no_driver")
def test_levels_that_tasks_do_not_share_take_torch_and_say_so(split: Path, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "jmt"):
        assert load_model(split).engine.name == "torch"
    assert "the runtime has no part for levels that tasks do not share (soft)" in caplog.text
    with pytest.raises(InputError, match="no part for levels that tasks do not share"):
        load_model(split, device="cpu", engine="runtime")


@pytest.mark.usefixtures("no_driver")
@pytest.mark.parametrize("family", ["deberta-v2", "modernbert"])
def test_an_encoder_that_the_runtime_has_no_part_for_takes_torch_and_says_so(
    family: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    from jmt.network import checkpoint
    from tests.assets.tiny_transformer import tiny_transformer

    checkpoint.save(tiny_transformer(family), tmp_path / "model")
    with caplog.at_level(logging.INFO, "jmt"):
        assert load_model(tmp_path / "model").engine.name == "torch"
    assert f"the runtime has no part for encoders of the family {family}" in caplog.text
    with pytest.raises(InputError, match=f"no part for encoders of the family {family}; choose auto or torch"):
        load_model(tmp_path / "model", device="cpu", engine="runtime")


def test_a_gpu_is_looked_for_only_where_a_driver_is(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr(engines, "choose_device", lambda name: asked.append(name) or "cpu")
    monkeypatch.setattr(engines, "_GPU_DRIVERS", (str(tiny_checkpoint / "none"),))
    assert load_model(tiny_checkpoint).engine.name == "runtime"
    assert asked == []

    monkeypatch.setattr(engines, "_GPU_DRIVERS", (str(tiny_checkpoint),))
    assert load_model(tiny_checkpoint).engine.name == "runtime"  # torch finds none
    assert asked == ["auto"]


def test_both_engines_split_raw_text_alike(tmp_path: Path):
    checkpoint.save(with_segmenter(tiny_model()), tmp_path / "model")
    runtime, torch_engine = (jmt.load(tmp_path / "model", device="cpu", engine=name) for name in ("runtime", "torch"))

    assert isinstance(runtime.segmenter, LearnedSegmenter)
    assert runtime.segmenter.name_and_version == torch_engine.segmenter.name_and_version
    text = "\n\n".join(" ".join(words) for words in SENTENCES)
    assert runtime(text).to_dict() == torch_engine(text).to_dict()


def test_int8_weights_are_read_by_both_alike(tmp_path: Path):
    checkpoint.save(tiny_model(), tmp_path / "model", storage="int8")
    runtime, torch_engine = (jmt.load(tmp_path / "model", device="cpu", engine=name) for name in ("runtime", "torch"))

    assert runtime.annotate_tokens(SENTENCES).to_dict() == torch_engine.annotate_tokens(SENTENCES).to_dict()


def test_the_number_of_threads_is_set_in_the_library_of_matrix_products():
    script = (
        "import jmt, time, numpy as np\nannotator = jmt.load('en_jmt_sm', device='cpu', engine='runtime')\n"
        "annotator.predictor.engine.limit_threads(1)\na = np.ones((700, 700), np.float32)\n"
        "own, all_threads = time.thread_time(), time.process_time()\nfor _ in range(60): a @ a\n"
        "print((time.process_time() - all_threads) / (time.thread_time() - own))"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}  # what it would use
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)

    assert float(done.stdout) < 1.15
