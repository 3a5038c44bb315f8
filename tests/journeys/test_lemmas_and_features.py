"""A lemmatizer and a morphology beside a tagger: trained, asked for what no training word had, resumed, averaged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import jmt
from jmt.cli.main import main
from jmt.network import checkpoint
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import StepDone

pytestmark = pytest.mark.usefixtures("torch_as_before")

NOUNS = ["cat", "dog", "bird", "horse", "farmer", "teacher", "sailor", "apple", "ball", "boat"]
NEW = ["hat", "log", "goat"]
VERBS = ["see", "follow", "draw", "find", "hear", "love"]

CONFIG = """
language = "en"
seed = 2

[corpora.trees]
reader = "conllu"
train = "{folder}/train.conllu"
dev = "{folder}/dev.conllu"

[encoder]
kind = "bilstm"
hidden_size = 12
word_size = 12
ngram_size = 12
label_size = 6
word_dropout = 1.0
input_dropout = 0.1

[task.upos]
kind = "tagger"
level = 1
corpus = "trees"
column = "upos"
classifier_size = 12

[task.feats]
kind = "morphology"
level = 2
corpus = "trees"
reads = ["upos"]
classifier_size = 24

[task.lemma]
kind = "lemmatizer"
level = 3
corpus = "trees"
reads = ["upos", "feats"]
classifier_size = 24

[training]
schedule = "sampled"
epochs = 14
batch_size = 6
threads = 1

[training.optimizer]
kind = "adam"
learning_rate = 2e-2
"""

Word = tuple[str, str, str, str]
"""Form, lemma, UPOS and features, these not in canonical order."""


def noun(lemma: str, number: int) -> Word:
    ending, feats = ("s", "Plur") if number % 2 else ("", "Sing")
    return lemma + ending, lemma, "NOUN", f"Number={feats}|Case=Nom"


def sentence(number: int, nouns: list[str]) -> list[Word]:
    verb = VERBS[number % 6]
    subject, other = noun(nouns[number % len(nouns)], number // 2), noun(nouns[(3 * number + 1) % len(nouns)], number)
    form, feats = (f"{verb}s", "VerbForm=Fin|Tense=Pres") if number % 3 else (verb, "VerbForm=Inf")
    return [("The", "the", "DET", "_"), subject, (form, verb, "VERB", feats), other, (".", ".", "PUNCT", "_")]


def conllu(numbers: range, nouns: list[str]) -> str:
    blocks = []
    for number in numbers:
        lines = []
        for place, (form, lemma, upos, feats) in enumerate(sentence(number, nouns), start=1):
            head, deprel = (0, "root") if place == 3 else (3, "dep")
            space = "SpaceAfter=No" if place == 4 else "_"
            lines.append(f"{place}\t{form}\t{lemma}\t{upos}\t_\t{feats}\t{head}\t{deprel}\t_\t{space}")
        blocks.append("\n".join(lines) + "\n\n")
    return "".join(blocks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lemmas")
    (folder / "train.conllu").write_text(conllu(range(90), NOUNS), encoding="utf-8")
    (folder / "dev.conllu").write_text(conllu(range(90, 102), [*NOUNS, *NEW]), encoding="utf-8")
    (folder / "words.toml").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def call(folder: Path) -> Callable[..., int]:
    def run(command: str, name: str, *options: str) -> int:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
            output = ("--output", str(folder / name))
            return main([command, str(folder / "words.toml"), *output, "--device", "cpu", *options])

    return run


@pytest.fixture(scope="module")
def trained(call: Callable[..., int], folder: Path) -> Path:
    assert call("train", "trained") == 0
    return folder / "trained"


def test_features_and_lemmas_of_words_that_training_never_had(trained: Path):
    metrics = json.loads((trained / "metrics.json").read_text())
    assert metrics["feats"]["accuracy"] > 0.9  # gold is not in canonical order, predictions are
    assert metrics["lemma"]["accuracy"] > 0.9
    tokens = jmt.load(str(trained))("The goats follow a log.").sentences[0].tokens

    assert tokens[1].labels["lemma"] == "goat"
    assert tokens[1].labels["feats"] == "Case=Nom|Number=Plur"
    assert tokens[5].labels == {"upos": "PUNCT", "feats": "_", "lemma": "."}


@pytest.mark.parametrize("tokens", ["gold", "own"])
def test_both_are_scored_on_given_words_and_on_own_ones(
    trained: Path, folder: Path, tokens: str, capsys: pytest.CaptureFixture[str]
):
    written = folder / f"scores-{tokens}.json"
    assert main(["evaluate", str(trained), "--tokens", tokens, "--output", str(written)]) == 0
    scores = json.loads(written.read_text())

    assert scores["lemma"]["accuracy"] > 0.9
    assert scores["feats"]["accuracy"] > 0.9
    assert "accuracy" in capsys.readouterr().out


def test_a_run_that_is_broken_off_goes_on_to_the_same_weights(folder: Path, tmp_path: Path):
    def start(name: str, *, resuming: bool = False) -> Run:
        config = read_config(str(folder / "words.toml"), overrides=["training.epochs=2"])
        return Run(config, RunOptions(tmp_path / name, resuming=resuming), RuleSegmenter("en"))

    whole, broken = start("whole"), start("broken")
    steps = [event for event in whole.events() if isinstance(event, StepDone)]
    for event in broken.events():
        if isinstance(event, StepDone) and event.step == len(steps) // 2 + 3:
            broken.save()
            break
    resumed = start("broken", resuming=True)
    rest = [event for event in resumed.events() if isinstance(event, StepDone)]

    assert rest[0].step == len(steps) // 2 + 4
    for name, value in whole.trainer.stepper.parameters.items():
        assert torch.equal(resumed.trainer.stepper.parameters[name], value), name


def test_a_teacher_teaches_both_and_runs_of_one_network_are_averaged(
    call: Callable[..., int], trained: Path, folder: Path
):
    assert call("distill", "taught", "--teacher", str(trained), "--set", "training.epochs=6") == 0
    assert checkpoint.load(folder / "taught").labels == checkpoint.load(trained).labels
    assert json.loads((folder / "taught" / "metrics.json").read_text())["feats"]["accuracy"] > 0.8
    assert call("train", "second", "--set", "training.seed=7", "--set", "training.epochs=4") == 0
    assert main(["average", str(trained), str(folder / "second"), "--output", str(folder / "mean")]) == 0
    assert jmt.load(str(folder / "mean"))("The cats see.").sentences[0].tokens[1].labels["lemma"]


def test_training_goes_on_with_new_values_edits_and_minimum(call: Callable[..., int], trained: Path, folder: Path):
    other = folder / "other.conllu"
    text = (folder / "train.conllu").read_text(encoding="utf-8")
    other.write_text(
        text.replace("VerbForm=Inf", "VerbForm=Inf|Mood=Opt").replace("\tthe\t", "\ta\t"), encoding="utf-8"
    )
    new = ("--set", f"corpora.trees.train={other}", "--set", "task.lemma.minimum=1", "--set", "training.epochs=1")
    assert call("train", "grown", "--from", str(trained), *new) == 0

    old, grown = checkpoint.load(trained).labels, checkpoint.load(folder / "grown").labels
    for task, more in (("feats", ["Mood=", "Mood=Opt", "[Mood=Opt|VerbForm=Inf]"]), ("lemma", ["=a"])):
        assert list(grown[task].labels) == [*old[task].labels, *more]
    assert old["lemma"].forms["The"] == ("lower *",)
    assert grown["lemma"].forms == {**old["lemma"].forms, "The": ("lower *", "=a")}


def test_what_is_no_list_of_features_is_named_with_its_line(
    call: Callable[..., int], folder: Path, capsys: pytest.CaptureFixture[str]
):
    wrong = folder / "wrong.conllu"
    wrong.write_text(conllu(range(2), NOUNS).replace("VerbForm=Inf", "Inf"), encoding="utf-8")

    assert call("train", "wrong", "--set", f"corpora.trees.train={wrong}") != 0
    told = capsys.readouterr().err
    assert re.search(r"wrong\.conllu:\d+: task.feats: `Inf` is no feature: Attribute=Value is expected", told)
