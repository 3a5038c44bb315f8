"""Other tasks, corpora and languages are edits of a packaged configuration: it trains, saves, loads and annotates.

Each edit is tried on sentences of our own in the format of the corpus, and on a slice of the real one where
JMT_CORPORA names the folder that holds it.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import datasets
import pytest
import torch

import jmt
from jmt.cli.main import main
from jmt.network import checkpoint
from jmt.runs.config import read_config
from jmt.runs.splits import with_score_ranges
from tests.assets.tiny_corpus import sentence, text_of
from tests.assets.upstream_formats import french, real_slices, sequoia, written

SMALL = ["encoder.hidden_size=8", "encoder.word_size=8", "encoder.ngram_size=8", "encoder.label_size=4"]
QUICK = ["training.epochs=1", "training.threads=1"]

Corpora = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def torch_as_before() -> Iterator[None]:
    """A run in this process sets torch's threads and determinism, which other tests must not notice."""
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One Arrow cache for all tests here: a corpus that several use is read once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(params=["written", "real"])
def corpora(request: pytest.FixtureRequest, tmp_path: Path) -> Corpora:
    """Settings that put small data in the place of known corpora."""

    def settings(*names: str) -> list[str]:
        found = [real_slices(name) if request.param == "real" else written(name, tmp_path) for name in names]
        return [setting for part in found for setting in part]

    return settings


@pytest.fixture
def train(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., SimpleNamespace]:
    """Run `jmt train` with these edits and look at what it made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", cache / "hub")

    def run(config: str, *edits: str, tasks: str | None = None) -> SimpleNamespace:
        output = tmp_path / "run"
        options = [word for edit in (*SMALL, *QUICK, *edits) for word in ("--set", edit)]
        options += ["--tasks", tasks] if tasks else []
        assert main(["train", config, "--output", str(output), "--device", "cpu", *options]) == 0
        model = checkpoint.load(output)
        check_every_task_learned(model, output)
        return SimpleNamespace(
            path=output,
            model=model,
            annotator=jmt.load(output),
            metrics=json.loads((output / "metrics.json").read_text()),
        )

    return run


def check_every_task_learned(model: jmt.network.model.JointModel, run: Path) -> None:
    """Every task made steps with finite losses, and every head's biases have left the zero they start from."""
    passes = [line for line in map(json.loads, (run / "log.jsonl").read_text().splitlines()) if line["event"] == "pass"]
    assert {line["task"] for line in passes} == set(model.config.tasks)
    assert all(line["examples"] > 0 == line["skipped"] and math.isfinite(line["loss"]) for line in passes)
    for task, head in model.heads.items():
        assert any(value.any() for name, value in head.named_parameters() if name.endswith("bias")), task


def test_a_second_tagger_on_level_1(train: Callable[..., SimpleNamespace], corpora: Corpora):
    run = train(
        "jmt2017",
        *corpora("ewt", "conll2000", "sick"),
        'task.upos={kind = "tagger", level = 1, corpus = "ewt", column = "upos"}',
        'task.dep.reads=["xpos", "upos", "chunk"]',
    )
    levels = {name: task.level for name, task in run.model.config.tasks.items()}

    assert levels == {"xpos": 1, "upos": 1, "chunk": 2, "dep": 3, "relatedness": 4, "entailment": 5}
    assert len(run.model.encoder.levels) == 5
    assert [read.task for read in run.model.config.reads_at(3)] == ["xpos", "chunk", "upos"]
    assert set(run.model.label_embeddings) == {"xpos", "upos", "chunk", "relatedness"}
    assert 0 <= run.metrics["upos"]["accuracy"] <= 1

    document = run.annotator("The small cat sees a dog.")
    for token, line in zip(document.tokens, rows_of(document.to_conllu()), strict=True):
        assert token.upos == token.labels["upos"] == line[3] in run.model.labels["upos"].labels
        assert token.xpos == token.labels["xpos"] == line[4] in run.model.labels["xpos"].labels
    alone = jmt.load(run.path, tasks=["upos"])("The small cat sees a dog.")
    assert [token.labels for token in alone.tokens] == [{"upos": token.upos} for token in document.tokens]


def test_sts_b_instead_of_sick(train: Callable[..., SimpleNamespace], corpora: Corpora):
    run = train(
        "jmt2017",
        *corpora("ewt", "conll2000", "stsb"),
        'task.relatedness.corpus="stsb"',
        tasks="xpos,chunk,dep,relatedness",
    )

    assert run.model.config.tasks["relatedness"].score_range == (0, 5)
    assert run.model.labels["relatedness"].labels == ("0", "1", "2", "3", "4", "5")
    assert tomllib.loads((run.path / "config.toml").read_text())["task"]["relatedness"]["score_range"] == [0, 5]
    assert run.metrics["relatedness"].keys() >= {"mse", "pearson", "spearman", "count"}

    judgement = run.annotator.compare("A cat sleeps.", "A dog sleeps.")
    distribution = judgement.relatedness_distribution
    assert len(distribution) == 6
    assert sum(distribution) == pytest.approx(1, abs=1e-5)
    assert judgement.relatedness == pytest.approx(sum(i * p for i, p in enumerate(distribution)), abs=1e-5)
    assert judgement.entailment is None


def test_wnut_17_entities_as_a_further_tagger(train: Callable[..., SimpleNamespace], corpora: Corpora, tmp_path: Path):
    run = train(
        "jmt2017",
        *corpora("ewt", "conll2000", "wnut17"),
        'task.ner={kind = "tagger", level = 2, corpus = "wnut17", column = "ner", scheme = "iobes", reads = ["xpos"]}',
        tasks="xpos,chunk,dep",
    )
    assert {"O", "B-person", "E-person", "S-location"} <= set(run.model.labels["ner"].labels)
    assert run.metrics["ner"].keys() >= {"f1", "precision", "recall", "count"}

    # So few steps find no entity: let the model say `O` where nothing else may stand only.
    with torch.no_grad():
        run.model.heads["ner"].classifier[-1].bias[run.model.labels["ner"].index("O")] = -100.0
    checkpoint.save(run.model, tmp_path / "eager")
    document = jmt.load(tmp_path / "eager")("Anna Smith saw Paris.")
    (found,) = document.sentences
    tokens = list(found.tokens)

    assert found.spans["ner"]
    for span in found.spans["ner"]:
        labels = [token.labels["ner"] for token in tokens[span.first - 1 : span.last]]
        assert labels == [f"B-{span.label}"] + [f"I-{span.label}"] * (span.last - span.first)
    assert sum(span.last - span.first + 1 for span in found.spans["ner"]) == len(tokens)
    rows = rows_of(document.to_conllu())
    assert [dict(pair.split("=") for pair in row[9].split("|"))["Ner"] for row in rows] == [
        token.labels["ner"] for token in tokens
    ]
    assert {"label": found.spans["ner"][0].label, "first": 1, "last": found.spans["ner"][0].last} in (
        document.to_dict()["sentences"][0]["spans"]["ner"]
    )


def test_french_sequoia_instead_of_ewt(train: Callable[..., SimpleNamespace], corpora: Corpora):
    run = train(
        "jmt2017",
        *corpora("sequoia"),
        'language="fr"',
        'task.upos={kind = "tagger", level = 1, corpus = "sequoia", column = "upos"}',
        'task.dep.corpus="sequoia"',
        "task.dep.level=2",
        'task.dep.reads=["upos"]',
        tasks="dep",
    )
    assert run.model.config.language == "fr"
    assert {name: task.level for name, task in run.model.config.tasks.items()} == {"upos": 1, "dep": 2}
    assert run.metrics["dep"].keys() >= {"uas", "las", "uas_ptb", "las_ptb"}

    text = "L'enfant parle du chat. Aujourd'hui, il rêve !"
    document = run.annotator(text)
    assert [[token.text for token in found.tokens] for found in document.sentences] == [
        ["L'", "enfant", "parle", "du", "chat", "."],
        ["Aujourd'hui", ",", "il", "rêve", "!"],
    ]
    assert all(text[token.start : token.end] == token.text for token in document.tokens)
    assert all(row[3] != "_" and row[4] == "_" and row[7] != "_" for row in rows_of(document.to_conllu()))


def test_french_multiword_tokens_stay_where_they_were_and_raw_text_is_aligned_with_them(
    train: Callable[..., SimpleNamespace], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    edits = ['task.upos={kind = "tagger", level = 1, corpus = "sequoia", column = "upos"}', 'language="fr"']
    run = train("jmt2017", *written("sequoia", tmp_path), *edits, 'task.dep.corpus="sequoia"', tasks="dep")
    treebank = tmp_path / "some.conllu"
    treebank.write_text(sequoia(range(4)), encoding="utf-8")

    document = run.annotator.annotate_conllu(treebank.read_text())
    forms = [[token.text for token in found.multiword_tokens] for found in document.sentences]
    assert forms == [
        ["au"],
        ["du"],
        ["au"],
        ["du"],
    ]
    assert [found.text for found in document.sentences] == [french(number) for number in range(4)]
    ranges = [line for line in document.to_conllu().splitlines() if line.startswith("4-5")]
    assert ranges == [f"4-5\t{contraction}" + "\t_" * 8 for contraction in ("au", "du", "au", "du")]

    scores = tmp_path / "metrics.json"
    data = [word for task in ("upos", "dep") for word in ("--data", f"{task}={treebank}")]
    assert main(["evaluate", str(run.path), "--tokens", "own", *data, "--output", str(scores)]) == 0, (
        capsys.readouterr()
    )
    upos = json.loads(scores.read_text())["upos"]
    # Each text has 6 own words for 7 of the treebank, of which `de le` match none: 5 are right on both sides.
    assert upos["words_f1"] == pytest.approx(2 * 5 / (6 + 7))
    assert upos["tokens_f1"] == upos["sentences_f1"] == 1.0


@pytest.mark.parametrize("form", ["parquet", "jsonl", "hub"])
def test_a_corpus_in_the_layout_of_the_hub_through_a_column_map(
    train: Callable[..., SimpleNamespace], tmp_path: Path, form: str
):
    classes = ["DET", "NOUN", "VERB", "ADJ", "PUNCT"]
    names = datasets.List(datasets.ClassLabel(names=classes) if form != "jsonl" else datasets.Value("string"))
    for split, numbers in (("train", range(30)), ("validation", range(30, 40))):
        rows = {
            "id": [str(number) for number in numbers],
            "words": [[word[0] for word in sentence(number)] for number in numbers],
            "pos_tags": [[word[1] for word in sentence(number)] for number in numbers],
        }
        features = {"id": datasets.Value("string"), "words": datasets.List(datasets.Value("string")), "pos_tags": names}
        table = datasets.Dataset.from_dict(rows, features=datasets.Features(features))
        path = tmp_path / "theirs" / f"{split}.{'jsonl' if form == 'jsonl' else 'parquet'}"
        path.parent.mkdir(exist_ok=True)
        table.to_json(path) if form == "jsonl" else table.to_parquet(path)
    columns = '{ tokens = "words", upos = "pos_tags" }'
    files = {
        "hub": f'corpora.mine={{hub = "{tmp_path / "theirs"}", columns = {columns}}}',
        **{
            form: f'corpora.mine={{reader = "{form}", columns = {columns}, '
            f'train = "{tmp_path}/theirs/train.{form}", dev = "{tmp_path}/theirs/validation.{form}"}}'
            for form in ("parquet", "jsonl")
        },
    }
    run = train(
        "demo",
        files[form],
        'task.xpos.corpus="mine"',
        'task.xpos.column="upos"',
        "training.batch_size=10",
        'training.schedule="successive"',
        tasks="xpos",
    )

    assert set(run.model.labels["xpos"].labels) == set(classes)
    assert run.metrics["xpos"]["count"] == sum(len(sentence(number)) for number in range(30, 40))
    assert run.annotator(text_of(3)).sentences[0].tokens[0].xpos in classes


@pytest.mark.parametrize(
    ("edits", "tasks", "ranges"),
    [
        (['task.relatedness.corpus="stsb"'], "xpos,chunk,dep,relatedness", {"relatedness": (0, 5)}),
        (['task.ner={kind="tagger", level=2, corpus="wnut17", column="ner", scheme="iobes"}'], "xpos,chunk,dep", {}),
        (['task.dep.corpus="sequoia"', 'language="fr"'], "dep", {}),
    ],
)
def test_the_cards_of_known_corpora_serve_the_same_edits(
    edits: list[str], tasks: str, ranges: dict[str, tuple[int, int]]
):
    config = with_score_ranges(read_config("jmt2017", overrides=edits, tasks=tasks.split(",")))

    assert not config.corpora
    assert {
        name: task.score_range for name, task in config.model.tasks.items() if task.kind == "pair_regressor"
    } == ranges


def rows_of(conllu: str) -> list[list[str]]:
    """The columns of every word."""
    return [line.split("\t") for line in conllu.splitlines() if line and line[0].isdigit()]
