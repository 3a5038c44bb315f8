"""Which reader a file gets that `--data TASK=FILE` names: its first lines decide, then the task's own corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jmt.data.cards import CorpusSpec, Family, read_card
from jmt.data.catalogue import Corpus, load_corpus
from jmt.evaluation.chosen_file import corpus_of_file

CONLLU = "# text = Go\n1\tGo\tgo\tVERB\tVB\t_\t0\troot\t_\t_\n\n"
MAPPED = CorpusSpec(hub="someone/some", columns={"text": "body"}, labels={"0": "bad"}, score_range=(0, 1))


def first_row(path: Path, family: Family, column: str | None, home: Corpus | None) -> dict[str, Any]:
    corpus = corpus_of_file(str(path), "dev", family, column, home)
    assert corpus is not None
    row: dict[str, Any] = load_corpus(corpus, family=family, splits=["dev"])["dev"][0]
    return row


@pytest.mark.parametrize("home", [None, read_card("ewt"), read_card("wnut17"), MAPPED])
@pytest.mark.parametrize(
    ("name", "content", "column", "expected"),
    [
        ("a.txt", CONLLU, "xpos", {"tokens": ["Go"], "xpos": ["VB"]}),
        ("a.conllu", CONLLU, "xpos", {"tokens": ["Go"], "xpos": ["VB"]}),
        ("a.txt", "It PRP B-NP\nrains VBZ B-VP\n\n", "chunk", {"tokens": ["It", "rains"], "chunk": ["B-NP", "B-VP"]}),
        ("a.tsv", "Word\tPOS\nSnow\tNOUN\nfalls\tVERB\n\n", "upos", {"upos": ["NOUN", "VERB"]}),
        ("a.tsv", "Snow\tO\nfalls\tO\n\n", "ner", {"tokens": ["Snow", "falls"], "ner": ["O", "O"]}),
        ("a.jsonl", '{"tokens": ["Go"], "ner_tags": ["O"]}\n', "ner", {"tokens": ["Go"], "ner": ["O"]}),
        ("a.csv", 'Text,Sentiment\n"Well, go",good\n', "label", {"text": "Well, go", "label": "good"}),
    ],
)  # fmt: skip
def test_the_first_lines_of_a_file_of_sentences_decide(
    tmp_path: Path, name: str, content: str, column: str, expected: dict[str, Any], home: Corpus | None
):
    (tmp_path / name).write_text(content, encoding="utf-8")
    told = home
    if isinstance(home, CorpusSpec) and "label" in expected:
        told = home.model_copy(update={"labels": {}})

    assert expected.items() <= first_row(tmp_path / name, "sentences", column, told).items()


@pytest.mark.parametrize("home", [None, read_card("sick"), read_card("stsb")])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("premise;hypothesis;label\nA;B;Neutral\n", {"first": "A", "second": "B", "entailment": "neutral"}),
        ('{"s1": "A", "s2": "B", "score": 1.5}\n', {"first": "A", "second": "B", "relatedness": 1.5}),
        ("s1\ts2\tlabel\nA\tB\tneutral\n", {"first": "A", "second": "B", "entailment": "neutral"}),
    ],
)
def test_the_first_line_of_a_file_of_pairs_decides(
    tmp_path: Path, content: str, expected: dict[str, Any], home: Corpus | None
):
    (tmp_path / "a").write_text(content, encoding="utf-8")

    assert expected.items() <= first_row(tmp_path / "a", "pairs", None, home).items()


def test_what_is_said_of_the_tasks_own_corpus_holds_for_a_file_with_its_columns(tmp_path: Path):
    (tmp_path / "a.csv").write_text("id,body,label\n1,x,0\n2,y,bad\n", encoding="utf-8")
    corpus = corpus_of_file(str(tmp_path / "a.csv"), "dev", "sentences", "label", MAPPED)
    assert corpus is not None

    assert list(load_corpus(corpus, splits=["dev"])["dev"]["label"]) == ["bad", "bad"]
    assert corpus.score_range == (0, 1)


def test_what_shows_nothing_has_no_reader(tmp_path: Path):
    (tmp_path / "a.txt").write_text("Just a text.\nAnd more.\n", encoding="utf-8")

    assert corpus_of_file(str(tmp_path / "a.txt"), "dev", "sentences", "upos", None) is None
