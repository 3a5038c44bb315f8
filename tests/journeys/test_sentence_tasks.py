"""Questions told from statements: a table, 20 lines of configuration, and a model that says it everywhere."""

from __future__ import annotations

import io
import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import jmt
from jmt.cli.main import main
from jmt.formats.conllu import read_conllu
from tests.assets.live_service import live

CONFIG = """\
[corpora.sentences]
reader = "jsonl"
train = "train.jsonl"
dev = "dev.jsonl"

[encoder]
hidden_size = 32
word_size = 32
ngram_size = 32

[task.asks]
kind = "classifier"
level = 1
corpus = "sentences"

[training]
epochs = 3
batch_size = 25
threads = 1
"""
ASKED, TOLD = "Where did the old wolf sleep", "The old wolf slept in a field"


def write_table(folder: Path, split: str) -> None:
    """Write the sentences of the embedded corpus without their final marks, which would give the answer away."""
    text = (files("jmt.corpora") / "miniature" / f"{split}.conllu").read_text(encoding="utf-8")
    with (folder / f"{split}.jsonl").open("w", encoding="utf-8") as table:
        for sentence in read_conllu(text):
            *words, mark = [token.text for token in sentence.tokens]
            label = "question" if mark == "?" else "statement"
            if mark in (".", "!", "?"):
                table.write(json.dumps({"tokens": words, "label": label}) + "\n")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained model; some four seconds of a core, which all tests here share."""
    folder = tmp_path_factory.mktemp("asks")
    for split in ("train", "dev"):
        write_table(folder, split)
    (folder / "asks.toml").write_text(CONFIG, encoding="utf-8")
    assert main(["train", str(folder / "asks.toml"), "--output", str(folder / "run"), "--device", "cpu"]) == 0
    return folder / "run"


@pytest.fixture(scope="module")
def annotator(run: Path) -> jmt.Annotator:
    return jmt.load(run, device="cpu")


def test_it_is_learned_from_a_short_configuration_and_scored_by_class(run: Path):
    scores = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["asks"]

    assert len(CONFIG.splitlines()) <= 25
    assert scores["accuracy"] > 0.95 > scores["count"] / 1000  # the most frequent class alone is right in 90 %
    assert scores["f1_question"] > 0.85
    assert scores["count"] == 397


def test_python_says_it_of_every_sentence(annotator: jmt.Annotator):
    document = annotator(f"{TOLD}. {ASKED}?", confidences=True)

    assert [sentence.labels for sentence in document.sentences] == [{"asks": "statement"}, {"asks": "question"}]
    assert all(sum(one.probabilities["asks"].values()) == pytest.approx(1) for one in document.sentences)
    assert annotator("").sentences == []
    assert annotator.describe()["tasks"][0]["labels"] == ["question", "statement"]


def test_the_command_line_writes_it_in_every_format(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def annotated(form: str) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{ASKED}\n".encode())))
        assert main(["annotate", "-", "--model", str(run), "--to", form]) == 0
        return capsys.readouterr().out

    assert json.loads(annotated("jsonl"))["sentences"][0]["labels"] == {"asks": "question"}
    assert "# asks = question\n" in annotated("conllu")
    assert annotated("tree").startswith("asks: question\n")


def test_data_of_ones_own_is_scored(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    table = tmp_path / "mine.jsonl"
    rows = [{"tokens": ASKED.split(), "label": "question"}, {"tokens": TOLD.split(), "label": "order"}]
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    assert main(["evaluate", str(run), "--data", f"asks={table}", "--output", str(tmp_path / "scores.json")]) == 0
    scores: dict[str, Any] = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))["asks"]
    assert (scores["accuracy"], scores["recall_order"], scores["count"]) == (0.5, 0.0, 2)
    assert "order" in capsys.readouterr().out  # a label that training never saw is told, and scored as wrong


def test_the_service_and_its_client_say_the_same(annotator: jmt.Annotator):
    texts = [f"{TOLD}. {ASKED}?", ""]
    with live(annotator) as service, jmt.Client(service.url) as client:
        answered = list(client.pipe(texts, confidences=True))
        assert client.describe() == annotator.describe()
        assert client.annotate_tokens([ASKED.split()]).sentences[0].labels == {"asks": "question"}
        assert "# asks = question\n" in client(ASKED).to_conllu()

    for got, expected in zip(answered, annotator.pipe(texts, confidences=True), strict=True):
        assert [one.labels for one in got.sentences] == [one.labels for one in expected.sentences]
        for one, other in zip(got.sentences, expected.sentences, strict=True):
            assert one.probabilities["asks"] == pytest.approx(other.probabilities["asks"], abs=1e-5)


def test_running_text_of_a_table_is_raw_text_and_words_are_none(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text, words = tmp_path / "text.csv", tmp_path / "words.jsonl"
    text.write_text(f"text,label\n{ASKED},question\n{TOLD},statement\n", encoding="utf-8")
    words.write_text(json.dumps({"tokens": ASKED.split(), "label": "question"}) + "\n", encoding="utf-8")

    for table in (text, words):
        file = tmp_path / f"{table.stem}.json"
        asked = ["--tokens", "own", "--data", f"asks={table}", "--output", str(file)]
        assert main(["evaluate", str(run), *asked]) == 0
    told = capsys.readouterr().out
    assert json.loads((tmp_path / "text.json").read_text(encoding="utf-8"))["asks"]["count"] == 2
    assert f"asks: no score: {words} has words only, no raw text" in told
    assert f"{text} has words only" not in told
