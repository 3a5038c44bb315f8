"""A union of two corpora that disagree, as a user trains, stops, goes on with, scores and annotates by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import jmt
from jmt.cascade.checkpoint import model_hash
from jmt.cli.main import main
from jmt.errors import InputError
from tests.assets.two_corpora import write_two_corpora

pytestmark = pytest.mark.usefixtures("torch_as_before")

VECTORS = ["--tasks", "xpos", "--set", 'encoder.corpus_vectors=["woods"]']


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("vectors")
    config = write_two_corpora(folder / "corpus")
    for name in ("woods.conllu", "woods-dev.conllu"):  # which calls every tag otherwise
        path = folder / "corpus" / name
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")]
        turned = ["\t".join([*row[:4], f"W{row[4]}", *row[5:]] if len(row) > 1 else row) for row in lines]
        path.write_text("\n".join(turned), encoding="utf-8")

    def train(name: str, epochs: int, *options: str) -> Path:
        command = ["train", str(config), "--output", str(folder / name), "--device", "cpu", *VECTORS]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
            assert main([*command, *options, "--set", f"training.epochs={epochs}"]) == 0
        return folder / name

    return train


@pytest.fixture(scope="module")
def trained(call: Callable[..., Path]) -> Path:
    return call("trained", 12)


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_each_corpus_is_scored_by_its_own_conventions_in_training_and_afterwards(trained: Path, tmp_path: Path):
    before, woods = read(trained / "metrics.json"), trained.parent / "corpus" / "woods-dev.conllu"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(trained.parent / "cache"))
        assert main(["evaluate", str(trained), "--output", str(tmp_path / "own.json")]) == 0
        named = ["--tasks", "xpos", "--data", f"xpos={woods}", "--output", str(tmp_path / "file.json")]
        assert main(["evaluate", str(trained), *named]) == 0
    after, of_file = read(tmp_path / "own.json"), read(tmp_path / "file.json")

    assert min(scores["accuracy"] for scores in before["xpos"]["corpora"].values()) > 0.6
    assert after["xpos"] == before["xpos"]
    assert of_file["xpos"]["accuracy"] == 0.0  # a file's sentences are read as those of users


def test_a_run_that_goes_on_ends_in_the_same_weights(call: Callable[..., Path], trained: Path):
    stopped = call("stopped", 6)
    assert model_hash(stopped / "last") != model_hash(trained / "last")
    call("stopped", 12, "--resume")

    assert model_hash(stopped / "last") == model_hash(trained / "last")


def test_users_text_is_annotated_by_the_first_corpus_or_by_the_one_that_is_named(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = tmp_path / "text.txt"
    text.write_text("A dog sleeps .\n", encoding="utf-8")
    tags = {}
    for name, options in {"": [], "woods": ["--corpus", "woods"]}.items():
        assert main(["annotate", str(text), "--model", str(trained), "--tasks", "xpos", *options]) == 0
        rows = [line.split("\t") for line in capsys.readouterr().out.splitlines() if line[:1].isdigit()]
        tags[name] = [row[4] for row in rows]
        annotator = jmt.load(trained, device="cpu", corpus=name)
        assert [token.xpos for token in annotator("A dog sleeps .").sentences[0].tokens] == tags[name]

    assert not any(tag.startswith("W") for tag in tags[""])
    assert all(tag.startswith("W") for tag in tags["woods"])
    assert main(["info", str(trained)]) == 0
    assert "corpora to name with --corpus: woods" in capsys.readouterr().out
    with pytest.raises(InputError, match=r"tells no corpus 'trees' from others; those that it does: woods"):
        jmt.load(trained, device="cpu", corpus="trees")


def test_a_service_is_not_told_of_which_corpus_text_is(capsys: pytest.CaptureFixture[str]):
    assert main(["annotate", "--url", "http://localhost:1", "--corpus", "woods"]) == 2
    assert "--corpus woods and --url: the service annotates by its own; give one" in capsys.readouterr().err
