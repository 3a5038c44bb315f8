"""`jmt train --from MODEL`: a task more on top, or new data, without forgetting what was there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from jmt.cascade.checkpoint import model_hash, read_card
from jmt.cli.main import main
from jmt.network import checkpoint
from jmt.network.model import JointModel
from tests.assets.tiny_corpus import write_tiny_corpus

pytestmark = pytest.mark.usefixtures("torch_as_before")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("from")


@pytest.fixture(scope="module")
def config(folder: Path) -> Path:
    return write_tiny_corpus(folder / "corpus")


@pytest.fixture(scope="module")
def train(folder: Path, config: Path) -> Callable[..., Path]:
    """Run `jmt train` and return the run's folder."""

    def run(name: str, *options: str, config: Path = config) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
            assert main(["train", str(config), "--output", str(folder / name), "--device", "cpu", *options]) == 0
        return folder / name

    return run


@pytest.fixture(scope="module")
def lower(train: Callable[..., Path]) -> Path:
    """A cascade of the two lowest tasks."""
    return train("lower", "--tasks", "xpos,chunk", "--set", "training.epochs=6")


def distance(old: JointModel, new: JointModel, prefix: str) -> float:
    """How far the parameters of a part have moved, over those that both have."""
    after = dict(new.named_parameters())
    squares = [
        (after[name][: len(value)] - value).square().sum()
        for name, value in old.named_parameters()
        if name.startswith(prefix)
    ]
    return torch.stack(squares).sum().sqrt().item()


def test_a_task_is_added_on_top_and_the_lower_ones_are_not_forgotten(train: Callable[..., Path], lower: Path):
    run = train("grown", "--from", str(lower), "--tasks", "xpos,chunk,dep")
    before, after = (json.loads((path / "metrics.json").read_text(encoding="utf-8")) for path in (lower, run))

    assert list(checkpoint.load(run).config.tasks) == ["xpos", "chunk", "dep"]
    assert after["xpos"]["accuracy"] >= before["xpos"]["accuracy"] - 0.05
    assert after["chunk"]["f1"] >= before["chunk"]["f1"] - 0.05
    assert after["dep"]["las"] > 0


def test_only_the_new_task_may_be_trained(train: Callable[..., Path], lower: Path, folder: Path, config: Path):
    """A configuration with the new task alone: what it does not read keeps its head to the bit."""
    text = config.read_text(encoding="utf-8")
    start, end = text.index("[task.xpos]"), text.index("[task.dep]")
    alone = text[:start] + text[end : text.index("[task.relatedness]")] + text[text.index("[training]") :]
    only = folder / "only.toml"
    only.write_text(alone.replace('reads = ["xpos", "chunk"]', "reads = []"), encoding="utf-8")
    old, grown = checkpoint.load(lower), checkpoint.load(train("only", "--from", str(lower), config=only))

    assert list(grown.config.tasks) == ["xpos", "chunk", "dep"]
    assert distance(old, grown, "heads.chunk") == pytest.approx(0.0, abs=1e-6)
    assert distance(old, grown, "encoder.levels.0") > 0


def test_a_stronger_delta_keeps_the_model_nearer_to_where_it_was(train: Callable[..., Path], lower: Path):
    old = checkpoint.load(lower)
    free, held = (
        checkpoint.load(
            train(
                f"delta-{delta}",
                *("--from", str(lower), "--tasks", "xpos,chunk,dep"),
                *("--set", f"training.successive_regularization.default={delta}"),
            )
        )
        for delta in ("0.0", "0.5")
    )

    assert distance(old, held, "encoder.levels.0") < 0.5 * distance(old, free, "encoder.levels.0")


def test_new_data_brings_its_words_and_the_old_ones_keep_their_places(
    train: Callable[..., Path], lower: Path, folder: Path, config: Path
):
    other = write_tiny_corpus(folder / "other", first=400)
    for name in ("train.conllu", "dev.conllu"):
        path = folder / "other" / name
        path.write_text(path.read_text(encoding="utf-8").replace("farmer", "gardener"), encoding="utf-8")
    old = checkpoint.load(lower)
    adapted = checkpoint.load(train("adapted", "--from", str(lower), "--tasks", "xpos,chunk", config=other))

    symbols = old.lexicon.words.symbols
    assert adapted.lexicon.words.symbols[: len(symbols)] == symbols
    assert "gardener" in adapted.lexicon.words
    assert "gardener" not in old.lexicon.words
    assert adapted.labels == old.labels


def test_the_card_says_where_a_model_comes_from_and_remembers_its_corpora(train: Callable[..., Path], lower: Path):
    card = read_card(train("card", "--from", str(lower), "--tasks", "dep") / "best")

    assert card["corpora"] == {"xpos": "trees", "chunk": "trees", "dep": "trees"}
    assert "trees" in card["own_corpora"]


def test_a_run_that_goes_on_from_a_model_resumes_too(train: Callable[..., Path], lower: Path):
    options = ("--from", str(lower), "--tasks", "xpos,chunk,dep")
    whole = train("whole", *options, "--set", "training.epochs=3")
    train("parted", *options, "--set", "training.epochs=2")
    parted = train("parted", *options, "--set", "training.epochs=3", "--resume")

    assert model_hash(whole / "last") == model_hash(parted / "last")


def test_resumed_without_its_model_a_run_keeps_its_card_or_says_what_is_missing(
    train: Callable[..., Path], lower: Path, capsys: pytest.CaptureFixture[str]
):
    run = train("resumed", "--from", str(lower), "--tasks", "xpos", "--set", "training.epochs=1")
    before = read_card(run / "last")
    train("resumed", "--resume", "--set", "training.epochs=2", config=run / "config.toml")
    assert read_card(run / "last") == {**before, "epoch": 3}

    run = train("reading", "--from", str(lower), "--tasks", "xpos,dep", "--set", "training.epochs=1")
    assert main(["train", str(run / "config.toml"), "--output", str(run), "--resume"]) == 2
    assert "if the run started from a model, name that with --from MODEL" in capsys.readouterr().err


def test_no_task_at_all_is_not_every_task(lower: Path, config: Path, folder: Path, capsys: pytest.CaptureFixture[str]):
    output = folder / "none"
    assert main(["train", str(config), "--from", str(lower), "--tasks", "", "--output", str(output)]) == 2
    assert "--tasks: no task ``" in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("encoder.hidden_size=9", "encoder.hidden_size 9 8 --set encoder.hidden_size=8"),
        ("language=fr", "language fr en --set language=en"),
        ("task.chunk.level=3", "task.chunk.level 3 2 call it otherwise, or --set task.chunk.level=2"),
    ],
)
def test_what_does_not_fit_the_model_is_refused_and_nothing_is_left(
    folder: Path, config: Path, lower: Path, edit: str, message: str, capsys: pytest.CaptureFixture[str]
):
    output = folder / "refused"
    words = ["train", str(config), "--tasks", "xpos,chunk", "--from", str(lower), "--output", str(output)]
    code = main([*words, "--set", edit])

    assert code == 2
    assert message in re.sub(" +", " ", capsys.readouterr().err)
    assert not output.exists()


def test_a_run_leaves_what_the_documents_say(train: Callable[..., Path], lower: Path):
    names = {path.name for path in lower.iterdir() if not path.name.startswith(".")}
    lines = [json.loads(line) for line in (lower / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    metrics = json.loads((lower / "metrics.json").read_text(encoding="utf-8"))

    assert {"config.toml", "log.jsonl", "metrics.json", "best", "last"} <= names
    assert {line["event"] for line in lines} >= {"pass", "epoch", "stopped"}
    assert metrics["xpos"]["accuracy"] == read_card(lower / "best")["dev"]["xpos"]["accuracy"]
    assert metrics["run"]["seed"] == 4
    again = lower.parent / "again"
    assert main(["train", str(lower / "config.toml"), "--output", str(again), "--device", "cpu"]) == 0
    assert model_hash(again / "best") == model_hash(lower / "best")


def test_curves_are_written_for_tensorboard(lower: Path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(lower / "tensorboard"))
    events.Reload()

    assert any("xpos" in tag for tag in events.Tags()["scalars"])
