"""A truncated, missing or foreign checkpoint: every command says what is wrong, in one message, and writes nothing."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import jmt.cli.main as main_module
from jmt.cli.main import main
from tests.assets.tiny_corpus import write_tiny_corpus

COMMANDS = {
    "annotate": ["annotate", "--model", "{model}", "--output", "{out}/annotated"],
    "compare": ["compare", "A cat.", "A dog.", "--model", "{model}", "--output", "{out}/compared"],
    "evaluate": ["evaluate", "{model}", "--output", "{out}/metrics.json"],
    "info": ["info", "{model}"],
    "benchmark": ["benchmark", "--model", "{model}"],
    "probe": ["probe", "{model}"],
    "export": ["export", "{model}", "--output", "{out}/graphs"],
    "serve": ["serve", "--model", "{model}", "--port", "0"],
    "package": ["package", "{model}", "packaged", "--output", "{out}"],
    "distill": [
        *("distill", "{corpus}/tiny.toml", "--teacher", "{model}", "--output", "{out}/run"),
        *("--set", "training.schedule=sampled"),
    ],
    "calibrate": ["calibrate", "{model}", "--output", "{out}/calibrated"],
    "silver": ["silver", "{model}", "{other}", "--text", "{corpus}/raw.txt", "--output", "{out}/silver.conllu"],
    "bulk": ["bulk", "{corpus}/raw.txt", "--model", "{model}", "--workers", "1", "--output", "{out}/bulk"],
    "average": ["average", "{model}", "{other}", "--output", "{out}/mean"],
    "train --from": [
        *("train", "{corpus}/tiny.toml", "--from", "{model}", "--output", "{out}/run"),
        *("--set", "task.xpos.classifier_size=200", "--set", "task.chunk.classifier_size=200"),
        *("--set", "task.dep.classifier_size=400", "--set", "task.relatedness.maxout_size=100"),
        *("--set", "task.entailment.maxout_size=100"),
    ],
}
"""Every command that reads a model; what is trained fits it."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_tiny_corpus(tmp_path_factory.mktemp("corpus")).parent
    (folder / "raw.txt").write_text("A cat sat on the mat.\n", encoding="utf-8")
    return folder


def truncated(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def without_labels(model: Path) -> None:
    (model / "labels.json").unlink()


def altered(model: Path) -> None:
    config = model / "config.json"
    config.write_bytes(config.read_bytes().replace(b'"hidden_size": 8', b'"hidden_size": 9'))


def foreign(model: Path) -> None:
    shutil.rmtree(model)
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    (model / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")


def pickled(model: Path) -> None:
    shutil.rmtree(model)
    model.mkdir()
    (model / "pytorch_model.bin").write_bytes(b"\x80\x04K\x01.")


def an_empty_folder(model: Path) -> None:
    shutil.rmtree(model)
    model.mkdir()


def a_file(model: Path) -> None:
    shutil.rmtree(model)
    model.write_text("no model")


def nothing(model: Path) -> None:
    shutil.rmtree(model)


HARMS = {
    truncated: "model.safetensors",
    without_labels: "labels.json",
    altered: "config.json",
    foreign: "not a checkpoint of jmt",
    pickled: "checkpoint",
    an_empty_folder: "checkpoint",
    a_file: "folder",
    nothing: "folder",
}
"""How a model is broken, and what the message names besides its place."""


@pytest.mark.parametrize(
    ("harm", "command"),
    [
        (harm, command)
        for harm in HARMS
        for command in COMMANDS
        if harm in (truncated, foreign) or command == "annotate"
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_harmed_checkpoint_is_refused_by_every_command(
    harm: Callable[[Path], None],
    command: str,
    tiny_checkpoint: Path,
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    model, out = tmp_path / "harmed-model", tmp_path / "out"
    shutil.copytree(tiny_checkpoint, model)
    other = tiny_checkpoint
    out.mkdir()
    harm(model)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"A cat.\n")))

    words = [word.format(model=model, other=other, out=out, corpus=corpus) for word in COMMANDS[command]]
    assert main(words) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "harmed-model" in captured.err
    assert HARMS[harm] in captured.err
    assert "Traceback" not in captured.err
    assert captured.err.count("jmt: error: ") == 1
    assert not list(out.iterdir())


def test_the_commands_above_are_all_that_read_a_model():
    others = {"ablate", "check", "corpora", "init", "methods", "pareto", "relations", "vectors"}
    assert {name.split()[0] for name in COMMANDS} == main_module.COMMANDS.keys() - others
