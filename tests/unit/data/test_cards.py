from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from jmt.data.cards import CorpusSpec, FileSlice, card_names, family_of_kind, parse_card, read_card
from jmt.errors import ConfigError, CorpusError
from jmt.files.hashing import sha256_of

KNOWN = ["conll2000", "ewt", "gum", "miniature", "minimal_pairs", "sequoia", "sick", "stsb", "wnut17"]
SHIPPED = {"miniature", "minimal_pairs"}


def test_every_known_corpus_has_a_card_of_its_own_name():
    assert card_names() == KNOWN
    assert [read_card(name).name for name in KNOWN] == KNOWN


@pytest.mark.parametrize("name", KNOWN)
def test_a_card_says_where_its_files_come_from_and_what_one_may_do_with_them(name: str):
    card = read_card(name)

    assert card.licence
    assert card.release
    assert card.language in {"en", "fr"}
    for file in card.files.values():
        assert bool(file.homes) == (name not in SHIPPED)
        assert all(home.startswith(("https://", "http://")) for home in file.homes)
    for part in (card.sentences, card.pairs):
        assert part is None or set(part.splits.named()) == {"train", "dev", "test"}


def test_the_treebanks_are_taken_from_the_release_tag():
    for name in ("ewt", "gum", "sequoia"):
        assert all("/r2.16/" in home for file in read_card(name).files.values() for home in file.homes)


def test_conll2000_always_has_the_last_900_sentences_of_train_as_dev():
    splits = read_card("conll2000").part("sentences").splits

    assert splits.get("train") == FileSlice("train.txt", 0, 8036)
    assert splits.get("dev") == FileSlice("train.txt", 8036, None)


@pytest.mark.parametrize("name", ["ewt", "gum", "sequoia", "sick", "stsb", "wnut17", "conll2000"])
def test_pinned_hashes_and_sizes_are_those_of_the_files(name: str):
    home = os.environ.get("JMT_CORPORA")
    if not home:
        pytest.skip("JMT_CORPORA is not set: the corpora are not here")
    for file_name, file in read_card(name).files.items():
        path = Path(home) / name / file_name
        if path.exists() and file.sha256:
            assert sha256_of(path) == file.sha256
            assert path.stat().st_size == file.size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train.txt", FileSlice("train.txt")),
        ("a/train.txt[:10]", FileSlice("a/train.txt", 0, 10)),
        ("train.txt[10:]", FileSlice("train.txt", 10)),
        ("train.txt[2:10]", FileSlice("train.txt", 2, 10)),
        ("odd[name.txt", FileSlice("odd[name.txt")),
    ],
)
def test_a_split_may_be_a_part_of_a_file(text: str, expected: FileSlice):
    assert FileSlice.parse(text) == expected


@pytest.mark.parametrize("text", ["a.txt[10:10]", "a.txt[10:2]", "a.txt[a:b]", "a.txt[-5:]", "a.txt[3]"])
def test_a_slice_that_means_nothing_is_refused(text: str):
    with pytest.raises(ValueError, match="slice"):
        FileSlice.parse(text)


def test_an_unknown_corpus_is_refused_with_the_known_ones_and_a_way_out():
    with pytest.raises(ConfigError, match=r"ewt, gum.*\[corpora\.mine\]"):
        read_card("mine")


def test_a_name_that_climbs_out_of_the_package_is_unknown():
    with pytest.raises(ConfigError):
        read_card("../pyproject")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"files": {}}, "'t.tsv' of a split is not described"),
        ({"sentences": None}, r"a part \[sentences\] or \[pairs\]"),
        ({"files": {"t.tsv": {"sha256": "abc"}}}, r"files\.t\.tsv\.sha256"),
    ],
)
def test_a_card_with_a_mistake_names_the_key(change: dict[str, object], message: str):
    fields = {
        "name": "toy",
        "title": "Toy",
        "source": "here",
        "licence": "CC0",
        "language": "en",
        "release": "1",
        "sentences": {"reader": "columns", "columns": ["ner"], "splits": {"train": "t.tsv"}},
        "files": {"t.tsv": {}},
    }
    assert parse_card(fields, "toy.toml").name == "toy"
    with pytest.raises(CorpusError, match=message):
        parse_card({**fields, **change}, "toy.toml")


def test_a_task_asks_for_the_examples_that_its_kind_reads():
    assert family_of_kind("pair_regressor") == family_of_kind("pair_classifier") == "pairs"
    assert family_of_kind("tagger") == family_of_kind("parser") == "sentences"
    with pytest.raises(CorpusError, match="'sick' has pairs, no sentences"):
        read_card("sick").part("sentences")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "give the `folder` of a treebank .*, a `reader` with"),
        ({"reader": "conllu"}, "no file given"),
        ({"reader": "conllu", "train": "a.conllu", "colour": 1}, "Extra inputs"),
        ({"reader": "excel", "train": "a.xls"}, "conllu"),
        ({"hub": "a/b", "reader": "conllu"}, "leave `reader` out"),
        ({"reader": "conllu", "train": "a.conllu", "columns": {"upos": "x"}}, "knows its columns"),
        ({"reader": "pairs", "train": "a.tsv", "score_range": [5, 1]}, "does not rise"),
        ({"reader": "columns", "train": "a.tsv", "fields": ["ner", "tokens"]}, "the first of `fields`"),
        ({"reader": "conllu", "train": "a.conllu[9:1]"}, "slice"),
    ],
)
def test_a_corpus_of_ones_own_with_a_mistake_is_refused(fields: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        CorpusSpec.model_validate(fields)
