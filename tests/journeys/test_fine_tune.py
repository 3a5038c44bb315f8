"""From `jmt init --from MODEL` to a model that has learned from new sentences, in one attempt, on both bodies."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import jmt
from jmt.cascade.checkpoint import read_card
from jmt.cli.main import main
from jmt.network import checkpoint
from jmt.network.model import JointModel
from tests.assets.tiny_corpus import conllu, pairs, write_tiny_corpus
from tests.assets.tiny_model import TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

CORPORA = os.environ.get("JMT_CORPORA")
QUICK = ["--set", "training.epochs=2", "--set", "training.threads=1", "--device", "cpu"]
MODELS = {"bilstm": lambda: tiny_model(), "transformer": lambda: tiny_transformer()}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run in this process sets torch's threads and determinism, which other tests must not notice."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


@pytest.fixture(params=MODELS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> JointModel:
    """A model in the folder `old`; sentences without chunks and pairs, of a new domain, in `new`."""
    model: JointModel = MODELS[request.param]()
    checkpoint.save(model, tmp_path / "old", card={"corpora": dict.fromkeys(TASKS, "ewt"), "own_corpora": {}})
    folder = tmp_path / "new"
    folder.mkdir()
    for split, numbers in (("train", range(12)), ("dev", range(20, 24))):
        text = re.sub("Chunk=.*", "_", conllu(numbers)).replace("farmer\tfarmer\tNOUN\tNN", "farmer\tfarmer\tNOUN\tXX")
        (folder / f"x-ud-{split}.conllu").write_text(text, encoding="utf-8")
        (folder / f"{split}.tsv").write_text(pairs(numbers), encoding="utf-8")
    return model


def fill_in(file: str) -> None:
    """Do what the comments of a drafted configuration say: take the marks away, and write the paths."""
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'# folder = "DIR" *', 'folder = "new" ', text)
    text = text.replace('# reader = "pairs"', 'reader = "pairs"')
    text = text.replace('# train = "train.tsv"', 'train = "new/train.tsv"')
    text = text.replace('# dev = "dev.tsv"', 'dev = "new/dev.tsv"\nscore_range = [1, 5]')
    path.write_text(text, encoding="utf-8")


def test_a_drafted_configuration_trains_at_the_first_attempt(old: JointModel, capsys: pytest.CaptureFixture[str]):
    assert main(["init", "mine", "--from", "old"]) == 0
    assert main(["check", "mine.toml"]) == 2
    assert main(["train", "mine.toml", "--from", "old", "--output", "run"]) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "error" in line]
    assert len(told) == 2
    assert all("corpora.mine, corpora.my_pairs: nothing says where this corpus is" in line for line in told)

    fill_in("mine.toml")
    assert main(["check", "mine.toml"]) == 0
    assert main(["train", "mine.toml", "--from", "old", "--output", "run", *QUICK]) == 0
    said = capsys.readouterr().err
    assert "xpos: 2 labels new: VBZ, XX" in said
    assert re.search(r"^\d+ words and \d+ n-grams new", said, re.MULTILINE)
    assert "task.chunk is left out" in said
    assert "not trained, kept as in the model: chunk" in said

    new = checkpoint.load("run")
    assert new.labels["xpos"].labels == (*old.labels["xpos"].labels, "VBZ", "XX")
    for name, value in old.named_parameters():
        if name.startswith("heads.chunk."):  # it is read, so that gradients reach it: held, not frozen
            assert (dict(new.named_parameters())[name] - value).abs().max() < 0.1
    assert set(new.config.tasks) == set(TASKS)
    assert read_card(Path("run/best"))["corpora"]["chunk"] == "ewt"

    assert main(["evaluate", "run", "--tasks", "xpos,dep,entailment", "--output", "metrics.json"]) == 0
    assert json.loads(Path("metrics.json").read_text(encoding="utf-8"))["xpos"]["count"] > 0
    sentence = jmt.load("run", device="cpu").annotate_tokens([["the", "farmer", "sees", "a", "dog"]]).sentences[0]
    assert all(token.xpos and token.chunk and token.deprel for token in sentence.tokens)


def test_some_tasks_are_trained_and_the_others_are_still_there_on_their_levels(old: JointModel):
    assert main(["init", "mine", "--from", "old", "--tasks", "dep"]) == 0
    fill_in("mine.toml")
    assert main(["train", "mine.toml", "--from", "old", "--output", "run", *QUICK]) == 0
    new = checkpoint.load("run")
    weights = dict(new.named_parameters())

    assert {name: (task.level, task.reads) for name, task in new.config.tasks.items()} == {
        name: (task.level, task.reads) for name, task in old.config.tasks.items()
    }
    for name, value in old.named_parameters():
        if name.startswith(("heads.relatedness.", "heads.entailment.")):  # nothing of them is read
            assert torch.equal(weights[name], value), name


def test_a_new_task_without_an_anchor_is_warned_that_the_others_may_forget(
    old: JointModel, capsys: pytest.CaptureFixture[str]
):
    Path("new.toml").write_text(
        '[corpora.mine]\nfolder = "new"\n'
        '[task.tone]\nkind = "tagger"\ncorpus = "mine"\ncolumn = "xpos"\n'
        f"level = {old.config.tasks['dep'].level}\n"
        'reads = ["xpos"]\n'
        '[training]\nschedule = "sampled"\noptimizer = { kind = "adam", learning_rate = 1e-3 }\n',
        encoding="utf-8",
    )
    words = ["train", "new.toml", "--from", "old", *QUICK]
    assert main([*words, "--output", "free"]) == 0
    assert "no [training.anchor]: what these tasks stand on moves almost freely" in capsys.readouterr().err

    assert main([*words, "--output", "held", "--set", "training.anchor.default=50"]) == 0
    assert "training.anchor" not in capsys.readouterr().err


def test_five_mistakes_are_told_in_one_message(old: JointModel, capsys: pytest.CaptureFixture[str]):
    assert main(["init", "mine", "--from", "old"]) == 0
    fill_in("mine.toml")
    wrong = {
        "language": "fr",
        "encoder.word_size": "9",
        "task.xpos.classifier_size": "11",
        "task.chunk.level": "3",
        "task.dep.classifier_size": "5",
    }
    edits = [word for key, value in wrong.items() for word in ("--set", f"{key}={value}")]
    assert main(["train", "mine.toml", "--from", "old", "--output", "run", *edits]) == 2
    told = capsys.readouterr().err

    assert "since 5 of its keys do not fit" in told
    assert all(re.search(rf"^{key} +\S", told, re.MULTILINE) for key in wrong)
    assert not Path("run").exists()


def test_a_configuration_for_going_on_does_not_train_a_new_network(capsys: pytest.CaptureFixture[str]):
    config = write_tiny_corpus(Path("corpus"))
    words = ["train", str(config), "--output", "run", "--set", "training.anchor.default=0.1"]
    assert main([*words, "--set", "training.anchor.untrained=0.1"]) == 2
    assert "training.anchor holds training near the model that it starts from" in capsys.readouterr().err
    assert not Path("run").exists()


@pytest.mark.parametrize("model", ["en_jmt_sm", "en_jmt_md"])
def test_the_draft_of_a_shipped_model_is_fine_once_its_corpora_are_named(
    model: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    if CORPORA is None:
        pytest.skip("JMT_CORPORA does not say where corpora lie")
    monkeypatch.setenv("JMT_CORPORA", CORPORA)
    assert main(["init", "mine", "--from", model, "--tasks", "xpos,upos,dep"]) == 0
    mine = '{reader="conllu", train="gum/en_gum-ud-train.conllu[:200]", dev="gum/en_gum-ud-dev.conllu[:50]"}'
    code = main(["check", "mine.toml", "--from", model, "--set", f"corpora.mine={mine}"])

    assert code == 0, capsys.readouterr().out[-500:]
