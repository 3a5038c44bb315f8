"""A cascade that learns to split raw text below all other tasks, as a user trains, keeps and uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file

from jmt.annotate import load
from jmt.cascade.checkpoint import read_card
from jmt.cli.main import main
from jmt.errors import ConfigError
from jmt.network import checkpoint
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import StepDone
from tests.assets.raw_treebank import write_raw_treebank

pytestmark = pytest.mark.usefixtures("torch_as_before")

TEXT = "the old horse likesa small dog. the cat finds child.\n\nthe dog sees ball."
FREE = ["training.successive_regularization.default=1e-3", "training.successive_regularization.lower_classifiers=1e-2"]
"""What a joint schedule does not read must say its default."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segment")


@pytest.fixture(scope="module")
def config(folder: Path) -> Path:
    return write_raw_treebank(folder / "corpus")


@pytest.fixture(scope="module")
def call(folder: Path, config: Path) -> Callable[..., Path]:
    """Run a command that trains and return the folder it wrote."""

    def run(command: str, name: str, *options: str) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
            assert main([command, str(config), "--output", str(folder / name), "--device", "cpu", *options]) == 0
        return folder / name

    return run


@pytest.fixture(scope="module")
def trained(call: Callable[..., Path]) -> Path:
    """The whole cascade, trained in the order of the paper."""
    return call("train", "trained", "--set", "training.epochs=6")


def segmenter_weights(run: Path, part: str = "best") -> dict[str, object]:
    found = load_file(run / part / "segmenter.safetensors")
    return {name: weight.tolist() for name, weight in found.items()}


def test_a_cascade_learns_to_split_its_text_and_splits_with_what_it_learned(trained: Path):
    scores = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))["segmenter"]
    assert scores["f1"] > 0.95
    annotator = load(trained)
    document = annotator(TEXT)

    assert [[token.text for token in sentence.tokens] for sentence in document.sentences] == [
        ["the", "old", "horse", "likes", "a", "small", "dog", "."],
        ["the", "cat", "finds", "child", "."],
        ["the", "dog", "sees", "ball", "."],
    ]
    assert all(token.labels["xpos"] for token in document.tokens)
    assert [token.text for sentence in document.sentences for token in sentence.surface_tokens][3] == "likesa"
    assert [token.text for token in load(trained, segmenter="rules")(TEXT).tokens][3] == "likesa"
    judged = annotator.compare("the cat findsa dog.", "the dog finds child.")
    assert judged is not None


def test_the_command_line_annotates_and_evaluates_raw_text(
    trained: Path, folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "raw.txt").write_text(TEXT, encoding="utf-8")
    assert main(["annotate", str(folder / "raw.txt"), "--model", str(trained), "--to", "conllu"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split("\t")[:2] for row in rows if row.startswith("4-5")] == [["4-5", "likesa"]]
    assert sum(row.startswith("# text") for row in rows) == 3

    assert main(["evaluate", str(trained), "--split", "dev", "--tokens", "own"]) == 0
    rows = capsys.readouterr().out.splitlines()
    words = next(row.split() for row in rows if row.startswith("words "))
    assert float(words[3]) > 0.95


def run_of(config: Path, folder: Path, settings: list[str], *, resuming: bool = False) -> Run:
    overrides = ["training.epochs=2", "training.checkpoint_seconds=1e9", *settings]
    return Run(
        read_config(str(config), overrides=overrides), RunOptions(folder, resuming=resuming), RuleSegmenter("en")
    )


@pytest.mark.numbers
@pytest.mark.parametrize(
    "settings",
    [
        ["training.schedule=successive"],
        ["training.schedule=sampled", "task.segmenter.rare_tokens=1"],
        ["training.schedule=joint", "training.weighting.method=mgda", *FREE],
    ],
    ids=["successive", "sampled", "mgda"],
)
def test_a_run_with_a_segmenter_goes_on_bit_for_bit(settings: list[str], config: Path, tmp_path: Path):
    whole = run_of(config, tmp_path / "whole", settings)
    before = {name: value.detach().clone() for name, value in whole.trainer.stepper.parameters.items()}
    steps = sum(isinstance(event, StepDone) for event in whole.events())
    trained = {name: value.detach().clone() for name, value in whole.trainer.stepper.parameters.items()}
    own = [name for name in trained if name.startswith("segmenter.")]
    assert len(own) == 10
    assert not any(torch.equal(trained[name], before[name]) for name in own)

    stopped = run_of(config, tmp_path / "stopped", settings)
    for event in stopped.events():
        if isinstance(event, StepDone) and event.step == steps // 3:
            stopped.save()
            break
    resumed = run_of(config, tmp_path / "stopped", settings, resuming=True)
    list(resumed.events())

    assert all(torch.equal(resumed.trainer.stepper.parameters[name], value) for name, value in trained.items())


def test_only_a_segmenter_that_is_told_to_learns_from_rare_tokens(config: Path, tmp_path: Path):
    def words(name: str, *settings: str) -> set[str]:
        train = run_of(config, tmp_path / name, list(settings)).trainer.tasks["segmenter"].train
        return {str(item).strip() for row in train.inputs for item in row}

    usual = words("usual")
    assert words("rare", "task.segmenter.rare_tokens=1") - usual
    assert words("none", "task.segmenter.rare_tokens=0") == usual
    with pytest.raises(ConfigError, match=r"task.dep.rare_tokens: the training data of a segmenter has them alone"):
        read_config(str(config), overrides=["task.dep.rare_tokens=1"])


def test_a_segmenter_is_named_where_tasks_and_parts_of_the_network_are(config: Path):
    higher = '["xpos","chunk","dep","relatedness","entailment"]'
    grouped = ["training.schedule=grouped", *FREE]
    read_config(str(config), overrides=[*grouped, f'training.groups=[["segmenter"],{higher}]'])
    read_config(str(config), overrides=["training.subnetwork.segmenter.rate=0.1"])
    drawn = read_config(str(config), tasks=["segmenter", "chunk", "dep"])
    assert drawn.model.segmenter is not None
    assert {name: task.level for name, task in drawn.model.tasks.items()} == {"chunk": 1, "dep": 2}

    with pytest.raises(ConfigError, match="segmenter: in no list, and so never trained"):
        read_config(str(config), overrides=[*grouped, f"training.groups=[{higher}]"])
    with pytest.raises(ConfigError, match=r"subnetwork.segmenter: no such part of the network"):
        read_config(str(config), overrides=["training.subnetwork.segmenter.rate=0.1"], tasks=["xpos"])


def test_a_model_goes_on_with_its_segmenter_and_one_without_gains_one(call: Callable[..., Path], trained: Path):
    lower = ["--set", "training.epochs=1", "--tasks", "xpos,chunk"]
    kept = call("train", "kept", "--from", str(trained), *lower)
    assert segmenter_weights(kept) == segmenter_weights(trained)
    assert checkpoint.load(kept).config.segmenter is not None

    without = call("train", "without", *lower)
    assert checkpoint.load(without).segmenter is None
    gained = call("train", "gained", "--from", str(without), "--set", "training.epochs=1", "--tasks", "segmenter,xpos")
    assert (gained / "best" / "segmenter.safetensors").exists()
    assert list(checkpoint.load(gained).config.tasks) == ["xpos", "chunk"]


def test_the_mean_of_two_models_has_the_mean_of_their_segmenters(
    call: Callable[..., Path], folder: Path, capsys: pytest.CaptureFixture[str]
):
    short = ["--set", "training.epochs=1", "--tasks", "segmenter,xpos"]
    one, other = (call("train", f"mean-{seed}", *short, "--set", f"training.seed={seed}") for seed in (1, 2))
    assert main(["average", str(one), str(other), "--output", str(folder / "mean")]) == 0
    weights = [load_file(path / "segmenter.safetensors") for path in (one / "best", other / "best", folder / "mean")]

    assert any((weights[0][name] != weights[1][name]).any() for name in weights[0])
    for name, value in weights[2].items():
        assert value == pytest.approx((weights[0][name] + weights[1][name]) / 2, abs=1e-6)
    assert read_card(folder / "mean")["averaged"]


def test_a_student_has_a_segmenter_of_its_own(call: Callable[..., Path], trained: Path, folder: Path):
    raw = folder / "lessons.txt"
    raw.write_text(TEXT, encoding="utf-8")
    mixed = [
        "--set",
        "training.schedule=sampled",
        "--set",
        "training.epochs=1",
        "--set",
        "training.distillation.pairs=6",
    ]
    student = call("distill", "student", "--teacher", str(trained), "--raw", str(raw), *mixed)

    assert segmenter_weights(student) != segmenter_weights(trained)
    assert load(student)(TEXT).tokens

    # As en_jmt_md, which has a segmenter, teaches en_jmt_sm, which is given one when it is packaged.
    fewer = call("distill", "fewer", "--teacher", str(trained), "--raw", str(raw), "--tasks", "xpos,chunk", *mixed)
    assert list(checkpoint.load(fewer).labels) == ["xpos", "chunk"]
