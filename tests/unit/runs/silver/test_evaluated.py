"""What corpora are evaluated on is known by its words: of a known corpus dev and test, of a treebank's file all."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path

import pytest

from jmt.data.unions.leaks import letters_of
from jmt.errors import CorpusError, InputError
from jmt.formats.conllu import read_conllu_file
from jmt.runs.silver import evaluated
from jmt.runs.silver.evaluated import corpora_of_models, evaluation_letters, letters_here


class Splitting:
    """Splits text at white space."""

    name_and_version = "spaces-1"

    def tokenize(self, text: str) -> list[str]:
        return text.split()


def letters_in(split: str) -> set[str]:
    path = Path(str(importlib.resources.files("jmt.corpora") / "miniature" / f"{split}.conllu"))
    return {letters_of([token.text for token in sentence.tokens]) for sentence in read_conllu_file(path)}


def test_dev_and_test_of_a_known_corpus_are_left_out_with_its_pairs_and_train_is_not():
    found = evaluation_letters("miniature", Splitting())

    assert letters_in("dev") | letters_in("test") < found
    assert not letters_in("train") <= found


def test_all_sentences_of_a_treebank_s_file_are_left_out(tmp_path: Path):
    path = tmp_path / "own.conllu"
    path.write_text("1\tGo\t_\t_\t_\t_\t0\troot\t_\t_\n2\t!\t_\t_\t_\t_\t1\tpunct\t_\t_\n\n", encoding="utf-8")

    assert evaluation_letters(str(path), Splitting()) == {"go"}
    with pytest.raises(InputError, match=r"--without gone\.conllu: neither a file nor a known corpus; known are"):
        evaluation_letters("gone.conllu", Splitting())


def test_a_corpus_of_a_model_s_own_is_told_apart_from_known_ones(tmp_path: Path):
    for name, card in {
        "one": {"corpora": {"dep": "gum+miniature"}},
        "two": {
            "corpora": {"dep": "gum", "xpos": "mine+gum", "ner": "theirs+ours"},
            "own_corpora": {"theirs+ours": {}},
        },
    }.items():
        (tmp_path / name).mkdir()
        for file in ("config.json", "manifest.json"):
            (tmp_path / name / file).write_text("{}", encoding="utf-8")
        (tmp_path / name / "card.json").write_text(json.dumps(card), encoding="utf-8")

    known, own = corpora_of_models([str(tmp_path / "one"), str(tmp_path / "two")])
    assert known == ["gum", "miniature"]
    assert own == ["mine", "theirs+ours"]


def test_corpora_that_are_not_here_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("JMT_CORPORA", raising=False)

    found, missing = letters_here(["gum", "miniature"], Splitting())
    assert missing == ["gum"]
    assert found == evaluation_letters("miniature", Splitting())


def conll2000_in(folder: Path) -> Path:
    """The part of a corpus that holds train and dev, with the hash that its card has; test is missing."""
    place = folder / "conll2000"
    place.mkdir()
    (place / "train.txt").write_text("Go VB B-VP\n\n", encoding="utf-8")
    return folder


def test_a_split_alone_that_is_not_here_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)
    monkeypatch.setattr(evaluated, "_letters", lambda loader, corpus, family, split: {split})
    folder = conll2000_in(tmp_path)

    assert letters_here(["conll2000"], Splitting(), [folder]) == ({"dev"}, ["conll2000 (test)"])
    monkeypatch.undo()
    with pytest.raises(CorpusError, match="the card says"):
        letters_here(["conll2000"], Splitting(), [folder])


def test_a_folder_of_corpora_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"--corpora .*nowhere: there is no such folder"):
        letters_here(["gum"], Splitting(), [tmp_path / "nowhere"])
