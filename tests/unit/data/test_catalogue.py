from __future__ import annotations

import os
from pathlib import Path

import datasets
import pytest

from jmt.data.cards import CorpusSpec, Family, read_card
from jmt.data.catalogue import find_corpus, load_corpus, score_range_of
from jmt.data.readers import READERS, Reader
from jmt.errors import ConfigError, CorpusError, InputError
from tests.unit.data.corpus_files import BIRDS, GO, SNOW, WhiteSpace, sick, treebank, write

CHUNKED = "# # I-NP\n1.8 CD I-NP\n\n" + "-LRB- ( O\n`` `` O\n\n" + "It PRP B-NP\nrains VBZ B-VP\n\n"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JMT_CORPORA", raising=False)


def rows(dataset: datasets.Dataset, column: str) -> list[object]:
    return list(dataset[column])


def test_a_known_corpus_is_found_in_the_folders_of_the_command_line(tmp_path: Path):
    write(tmp_path / "mine/gum/en_gum-ud-train.conllu", treebank([BIRDS, SNOW]))

    loaded = load_corpus("gum", splits=["train"], folders=[tmp_path / "mine"])

    assert isinstance(loaded, datasets.DatasetDict)
    assert rows(loaded["train"], "tokens") == [["Birds", "sing"], ["Snow", "falls", "."]]
    assert rows(loaded["train"], "head") == [[2, 0], [2, 0, 2]]
    assert rows(loaded["train"], "line") == [1, 5]


def test_folders_are_searched_before_the_environment_and_that_before_the_cache(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
):
    name = "gum/en_gum-ud-train.conllu"
    write(own_cache / "jmt/corpora" / name, treebank([BIRDS]))
    assert rows(load_corpus("gum", splits=["train"])["train"], "tokens") == [["Birds", "sing"]]

    write(tmp_path / "environment" / name, treebank([SNOW]))
    monkeypatch.setenv("JMT_CORPORA", f"{tmp_path / 'empty'}{os.pathsep}{tmp_path / 'environment'}")
    assert rows(load_corpus("gum", splits=["train"])["train"], "tokens") == [["Snow", "falls", "."]]

    write(tmp_path / "given" / name, treebank([GO]))
    assert rows(load_corpus("gum", splits=["train"], folders=[tmp_path / "given"])["train"], "tokens") == [["Go", "!"]]


def test_a_folder_may_hold_only_the_file_that_is_asked_for(tmp_path: Path):
    write(tmp_path / "ewt/en_ewt-ud-test.conllu", treebank([BIRDS]))

    assert len(load_corpus("ewt", splits=["test"], folders=[tmp_path])["test"]) == 1
    with pytest.raises(CorpusError) as caught:
        load_corpus("ewt", splits=["test", "dev"], folders=[tmp_path])
    message = str(caught.value)
    assert "en_ewt-ud-dev.conllu (dev) was not found" in message
    assert str(tmp_path / "ewt") in message
    assert "`jmt corpora fetch ewt`" in message
    assert "--corpora" in message


def test_a_file_with_another_hash_than_the_cards_is_refused(tmp_path: Path):
    path = write(tmp_path / "ewt/en_ewt-ud-dev.conllu", treebank([BIRDS]))

    with pytest.raises(CorpusError, match=r"the card says 531a54ff.*corpus of your own") as caught:
        load_corpus("ewt", splits=["dev"], folders=[tmp_path])
    assert caught.value.path == str(path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="there is no such folder"):
        load_corpus("ewt", folders=[tmp_path / "typo"])


def test_a_corpus_of_ones_own_is_read_by_its_reader_from_its_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path / "train.txt", CHUNKED)
    spec = CorpusSpec(reader="conll2000", train="train.txt[:2]", dev="train.txt[2:]")
    monkeypatch.chdir(tmp_path)

    loaded = load_corpus(spec)

    assert rows(loaded["train"], "tokens") == [["#", "1.8"], ["(", '"']]
    assert rows(loaded["dev"], "chunk") == [["B-NP", "B-VP"]]
    assert rows(loaded["dev"], "line") == [7]


def test_relative_paths_are_also_looked_for_in_the_folders(tmp_path: Path):
    write(tmp_path / "here/train.txt", CHUNKED)
    spec = CorpusSpec(reader="conll2000", train="train.txt")

    assert len(load_corpus(spec, splits=["train"], folders=[tmp_path / "here"])["train"]) == 3
    (tmp_path / "there").mkdir()
    with pytest.raises(CorpusError, match=r"looked in \., .*there.*from the current folder"):
        load_corpus(spec, splits=["train"], folders=[tmp_path / "there"])


@pytest.mark.parametrize(("kind", "what"), [("folder", "this is a folder"), ("device", "this is a device")])
def test_what_is_there_and_is_no_file_is_said_to_be_what_it_is(tmp_path: Path, kind: str, what: str):
    place = tmp_path if kind == "folder" else Path("/dev/zero")
    spec = CorpusSpec(reader="conllu", train=str(place))

    with pytest.raises(CorpusError, match=what):
        load_corpus(spec, splits=["train"])


def test_a_split_that_a_corpus_does_not_have_is_named_with_those_it_has(tmp_path: Path):
    spec = CorpusSpec(reader="conllu", train=str(write(tmp_path / "a.conllu", treebank([BIRDS]))))

    with pytest.raises(CorpusError, match=r"has no dev split; it has train\. A split may be a part"):
        load_corpus(spec)
    with pytest.raises(ConfigError, match="no split is called 'validation'"):
        load_corpus(spec, splits=["validation"])


def test_a_slice_beyond_the_file_is_refused(tmp_path: Path):
    path = write(tmp_path / "a.conllu", treebank([BIRDS, SNOW]))

    for text in (f"{path}[2:]", f"{path}[:3]"):
        with pytest.raises(CorpusError, match="there are 2 examples"):
            load_corpus(CorpusSpec(reader="conllu", train=text), splits=["train"])


def test_pairs_get_their_tokens_from_the_tokenizer_and_nothing_from_none(tmp_path: Path):
    path = write(tmp_path / "a.txt", sick([("A dog runs", "A dog sits", 3.5, "NEUTRAL")]))
    spec = CorpusSpec(reader="sick", train=str(path))

    train = load_corpus(spec, splits=["train"], tokenizer=WhiteSpace())["train"]
    assert rows(train, "first_tokens") == [["A", "dog", "runs"]]
    assert rows(train, "second_tokens") == [["A", "dog", "sits"]]
    assert rows(train, "relatedness") == [3.5]
    assert rows(train, "entailment") == ["neutral"]
    assert "first_tokens" not in load_corpus(spec, splits=["train"])["train"].column_names


def test_files_are_read_once_and_again_when_they_or_the_tokenizer_change(tmp_path: Path):
    path = write(tmp_path / "a.txt", sick([("A dog runs", "A dog sits", 3.5, "NEUTRAL")]))
    spec = CorpusSpec(reader="sick", train=str(path))
    tokenizer = WhiteSpace("1")

    load_corpus(spec, splits=["train"], tokenizer=tokenizer)
    calls = tokenizer.calls
    load_corpus(spec, splits=["train"], tokenizer=tokenizer)
    assert tokenizer.calls == calls > 0

    newer = WhiteSpace("2")
    load_corpus(spec, splits=["train"], tokenizer=newer)
    assert newer.calls > 0

    write(path, sick([("A cat runs", "A dog sits", 3.5, "NEUTRAL")]))
    changed = load_corpus(spec, splits=["train"], tokenizer=tokenizer)["train"]
    assert rows(changed, "first") == ["A cat runs"]


def test_files_are_read_again_by_a_newer_version_of_their_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path / "a.conllu", treebank([BIRDS]))
    spec = CorpusSpec(reader="conllu", train=str(path))
    reader = READERS["conllu"]
    load_corpus(spec, splits=["train"])

    newer = Reader(
        reader.version + 1, lambda path, options, _: ({**row, "new": "x"} for row in reader.rows(path, options))
    )
    monkeypatch.setitem(READERS, "conllu", newer)
    assert "new" in load_corpus(spec, splits=["train"])["train"].column_names


def test_a_copy_under_another_name_uses_the_same_cache(tmp_path: Path, own_cache: Path):
    for name in ("a.conllu", "b.conllu"):
        path = write(tmp_path / name, treebank([BIRDS]))
        load_corpus(CorpusSpec(reader="conllu", train=str(path)), splits=["train"])

    assert len(list((own_cache / "jmt/arrow").iterdir())) == 1


def test_plain_columns_and_plain_pairs_are_corpora_of_ones_own_too(tmp_path: Path):
    tags = write(tmp_path / "tags.tsv", "Snow\tNOUN\tO\nfalls\tVERB\tO\n\n")
    spec = CorpusSpec(reader="columns", train=str(tags), fields=["tokens", "tag", "ner"])
    train = load_corpus(spec, splits=["train"])["train"]
    assert rows(train, "tag") == [["NOUN", "VERB"]]

    table = write(tmp_path / "pairs.tsv", "first\tsecond\trelatedness\nA\tB\t7\n")
    spec = CorpusSpec(reader="pairs", train=str(table), score_range=(0, 10))
    assert rows(load_corpus(spec, splits=["train"])["train"], "relatedness") == [7.0]
    with pytest.raises(CorpusError, match="from 0 to 5"):
        load_corpus(CorpusSpec(reader="pairs", train=str(table), score_range=(0, 5)), splits=["train"])


def test_json_lines_are_read_through_a_column_map(tmp_path: Path):
    path = write(tmp_path / "a.jsonl", '{"words": ["Snow", "falls"], "tags": ["N", "V"], "id": 3}\n')
    spec = CorpusSpec(reader="jsonl", train=str(path), columns={"tokens": "words", "upos": "tags"})

    train = load_corpus(spec, splits=["train"])["train"]

    assert rows(train, "upos") == [["N", "V"]]
    assert set(train.column_names) == {"tokens", "upos", "line"}


def test_json_lines_of_pairs_are_tokenised(tmp_path: Path):
    path = write(tmp_path / "a.jsonl", '{"first": "Snow falls", "second": "It rains", "relatedness": 2}\n')

    train = load_corpus(
        CorpusSpec(reader="jsonl", train=str(path)), family="pairs", splits=["train"], tokenizer=WhiteSpace()
    )

    assert rows(train["train"], "first_tokens") == [["Snow", "falls"]]
    assert rows(train["train"], "relatedness") == [2.0]


def test_a_task_of_pairs_cannot_use_a_reader_of_sentences(tmp_path: Path):
    spec = CorpusSpec(reader="conllu", train="a.conllu")

    with pytest.raises(CorpusError, match="'conllu' gives sentences, and a task on this corpus needs pairs"):
        load_corpus(spec, family="pairs", splits=["train"])


def test_a_name_means_ones_own_corpus_first_then_a_hub_id_then_a_card():
    own = CorpusSpec(reader="conllu", train="a.conllu")

    assert find_corpus("ewt", {"ewt": own}) is own
    assert find_corpus("someone/corpus") == CorpusSpec(hub="someone/corpus")
    assert find_corpus("ewt") == read_card("ewt")


def test_a_graded_corpus_tells_its_range():
    assert score_range_of(read_card("sick")) == (1, 5)
    assert score_range_of(read_card("stsb")) == (0, 5)
    assert score_range_of(read_card("ewt")) is None
    assert score_range_of(CorpusSpec(reader="stsb", train="x")) == (0, 5)
    assert score_range_of(CorpusSpec(reader="pairs", train="x", score_range=(0, 1))) == (0, 1)


def test_an_unwritable_cache_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(write(tmp_path / "a file", "")))
    path = write(tmp_path / "a.conllu", treebank([BIRDS, SNOW]))

    assert len(load_corpus(CorpusSpec(reader="conllu", train=str(path)), splits=["train"])["train"]) == 2


@pytest.mark.parametrize("name", ["ewt", "gum", "sequoia", "conll2000", "sick", "stsb", "wnut17"])
def test_the_real_corpora_have_the_sizes_of_their_cards(name: str, monkeypatch: pytest.MonkeyPatch, real_corpora: Path):
    if not (real_corpora / name).is_dir():
        pytest.skip(f"{name} is not in JMT_CORPORA")
    monkeypatch.setenv("JMT_CORPORA", str(real_corpora))
    card = read_card(name)
    part = card.sentences or card.pairs
    assert part is not None

    loaded = load_corpus(name)

    for split, dataset in loaded.items():
        expected = part.sizes[split]  # type: ignore[index]
        assert len(dataset) == expected.examples
        if expected.words:
            assert sum(map(len, dataset["tokens"])) == expected.words


@pytest.mark.parametrize(
    ("name", "family"), [("miniature", "sentences"), ("miniature", "pairs"), ("minimal_pairs", "pairs")]
)
def test_a_corpus_that_ships_with_the_package_has_the_sizes_of_its_card(name: str, family: Family):
    loaded = load_corpus(name, family=family, splits=("train", "dev", "test"))

    sizes = read_card(name).part(family).sizes
    assert {split: len(dataset) for split, dataset in loaded.items()} == {
        split: size.examples for split, size in sizes.items()
    }
    if family == "sentences":
        assert loaded["dev"]["chunk"][0][0][:2] in {"B-", "O"}
