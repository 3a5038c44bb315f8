"""A cascade of tasks on several corpora, as a user trains, stops, goes on with and scores it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jmt.cascade.checkpoint import model_hash, read_card
from jmt.cli.main import main
from tests.assets.two_corpora import write_two_corpora

pytestmark = pytest.mark.usefixtures("torch_as_before")

SHARES = ["--set", "task.xpos.corpus_shares=[1, 3]", "--set", "task.chunk.corpus_shares=[1, 3]"]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("several")
    config = write_two_corpora(folder / "corpus")

    def train(name: str, epochs: int, *options: str) -> Path:
        command = ["train", str(config), "--output", str(folder / name), "--device", "cpu", *SHARES, *options]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
            assert main([*command, "--set", f"training.epochs={epochs}"]) == 0
        return folder / name

    return train


@pytest.fixture(scope="module")
def trained(call: Callable[..., Path]) -> Path:
    return call("trained", 2)


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def evaluate(run: Path, output: Path, *options: str) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(run.parent / "cache"))
        assert main(["evaluate", str(run), "--output", str(output), *options]) == 0
    return read(output)


def test_scores_are_of_all_examples_together_and_of_each_corpus(trained: Path):
    metrics = read(trained / "metrics.json")
    xpos, dep = metrics["xpos"], metrics["dep"]
    trees, woods = xpos["corpora"]["trees"], xpos["corpora"]["woods"]

    assert list(xpos["corpora"]) == list(dep["corpora"]) == ["trees", "woods"]
    assert xpos["count"] == trees["count"] + woods["count"]
    right = sum(part["accuracy"] * part["count"] for part in (trees, woods))
    assert xpos["accuracy"] == pytest.approx(right / xpos["count"])
    assert dep["las"] == pytest.approx(
        sum(part["las"] * part["count"] for part in dep["corpora"].values()) / dep["count"]
    )
    assert "corpora" not in metrics["relatedness"]  # the second pairs have no dev split
    assert metrics["run"]["corpus"] == {
        "xpos": "trees+woods",
        "chunk": "trees+woods",
        "dep": "trees+woods",
        "relatedness": "pairs+marks",
        "entailment": "pairs+marks",
    }


def test_what_was_dropped_is_in_the_record_of_the_run(trained: Path):
    dropped = read_card(trained / "best")["dropped"]

    assert dropped["dep"]["woods train"] == {"their sentences are in evaluation splits": 2}
    assert dropped["entailment"]["marks train"]["their gold label is `-`, none"] == 1


def test_an_evaluation_gives_the_same_scores_and_shows_each_corpus_below_its_task(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    metrics = evaluate(trained, tmp_path / "gold.json")
    shown = [line.split()[:3] for line in capsys.readouterr().out.splitlines()]
    before = read(trained / "metrics.json")

    for task in ("xpos", "chunk", "dep", "relatedness", "entailment"):
        assert metrics[task] == before[task]
    places = [shown.index(["xpos", corpus, "accuracy"]) for corpus in ("trees+woods", "trees", "woods")]
    assert places == sorted(places)


def test_raw_text_is_scored_treebank_by_treebank_and_together(trained: Path, tmp_path: Path):
    metrics = evaluate(trained, tmp_path / "own.json", "--tokens", "own", "--tasks", "xpos,chunk,dep")
    parts = metrics["dep"]["corpora"]
    tables = metrics["run"]["conll18"]

    assert list(parts) == list(tables) == ["trees", "woods"]
    assert metrics["dep"]["count"] == sum(part["count"] for part in parts.values())
    assert parts["woods"]["las"] == tables["woods"]["scores"]["las"]["f1"]
    low, high = sorted(part["las"] for part in parts.values())
    assert low <= metrics["dep"]["las"] <= high
    assert {"tokens_f1", "words_f1", "sentences_f1"} <= metrics["dep"].keys() & parts["trees"].keys()
    assert metrics["chunk"]["count"] == sum(part["count"] for part in metrics["chunk"]["corpora"].values())


def test_other_data_is_scored_alone_and_several_files_together_and_apart(trained: Path, tmp_path: Path):
    before = read(trained / "metrics.json")["xpos"]
    trees, woods = (trained.parent / "corpus" / name for name in ("dev.conllu", "woods-dev.conllu"))
    alone = evaluate(trained, tmp_path / "one.json", "--tasks", "xpos", "--data", f"xpos={woods}")["xpos"]
    both = ["--data", f"xpos={trees}", "--data", f"xpos={woods}"]
    together = evaluate(trained, tmp_path / "two.json", "--tasks", "xpos", *both)["xpos"]

    assert alone == before["corpora"]["woods"]
    assert together == {
        **before,
        "corpora": dict(zip(map(str, (trees, woods)), before["corpora"].values(), strict=True)),
    }


def test_a_run_that_goes_on_ends_in_the_same_weights(call: Callable[..., Path], trained: Path):
    stopped = call("stopped", 1)
    assert model_hash(stopped / "last") != model_hash(trained / "last")
    call("stopped", 2, "--resume")

    assert model_hash(stopped / "last") == model_hash(trained / "last")


def test_a_check_shows_labels_that_a_corpus_lacks_grades_that_are_mapped_and_what_is_dropped(
    trained: Path, capsys: pytest.CaptureFixture[str]
):
    config = trained.parent / "corpus" / "tiny.toml"
    woods = trained.parent / "corpus" / "woods.conllu"
    text = woods.read_text(encoding="utf-8")
    woods.write_text(text.replace("\tVBZ\t", "\tVB\t", 1), encoding="utf-8")
    try:
        assert main(["check", str(config)]) == 0
    finally:
        woods.write_text(text, encoding="utf-8")
    out = capsys.readouterr().out

    _, _, section = out.partition("Labels of xpos that some of its corpora lack in training (1)\n")
    assert [line.split() for line in section.splitlines()[:2]] == [["label", "trees", "woods"], ["VB", "0", "1"]]
    assert "task.relatedness: the grades of marks, 0 to 10, are mapped linearly to 1 to 5" in out
    assert "sentences dropped: their sentences are in evaluation splits (" in out
