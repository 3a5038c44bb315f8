from __future__ import annotations

from pathlib import Path

import datasets
import pytest

from jmt.data.cards import CorpusSpec
from jmt.data.catalogue import load_corpus
from jmt.errors import CorpusError
from tests.unit.data.corpus_files import WhiteSpace, write


def tagged() -> datasets.Dataset:
    features = datasets.Features(
        {
            "words": datasets.List(datasets.Value("string")),
            "tags": datasets.List(datasets.ClassLabel(names=["NOUN", "VERB"])),
            "other": datasets.Value("int32"),
        }
    )
    rows = {"words": [["Snow", "falls"], ["Go"]], "tags": [[0, 1], [1]], "other": [1, 2]}
    return datasets.Dataset.from_dict(rows, features=features)


def paired(labels: list[int]) -> datasets.Dataset:
    features = datasets.Features(
        {
            "premise": datasets.Value("string"),
            "hypothesis": datasets.Value("string"),
            "label": datasets.ClassLabel(names=["entailment", "neutral", "contradiction"]),
        }
    )
    rows = {
        "premise": ["Snow falls"] * len(labels),
        "hypothesis": ["It is cold"] * len(labels),
        "label": labels,
    }
    return datasets.Dataset.from_dict(rows, features=features)


PAIR_COLUMNS = {"first": "premise", "second": "hypothesis", "entailment": "label"}


def test_a_parquet_file_is_read_under_our_names_and_classes_by_theirs(tmp_path: Path):
    tagged().to_parquet(tmp_path / "a.parquet")
    spec = CorpusSpec(
        reader="parquet", train=str(tmp_path / "a.parquet[1:]"), columns={"tokens": "words", "upos": "tags"}
    )

    train = load_corpus(spec, splits=["train"])["train"]

    # Class names live in the file's schema, which `datasets` writes into parquet.
    assert list(train["tokens"]) == [["Go"]]
    assert list(train["upos"]) == [["VERB"]]
    assert list(train["line"]) == [2]


def test_a_hub_corpus_is_asked_for_by_id_subset_split_and_revision(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[object, ...]] = []

    def load_dataset(path: str, name: str | None, *, split: str, revision: str | None) -> datasets.Dataset:
        asked.append((path, name, split, revision))
        return paired([0, 2])

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    spec = CorpusSpec(hub="someone/pairs", subset="small", revision="abc", dev="validation[:5%]", columns=PAIR_COLUMNS)

    loaded = load_corpus(spec, family="pairs", tokenizer=WhiteSpace())

    assert asked == [
        ("someone/pairs", "small", "train", "abc"),
        ("someone/pairs", "small", "validation[:5%]", "abc"),
    ]
    assert list(loaded["train"]["entailment"]) == ["entailment", "contradiction"]
    assert list(loaded["dev"]["second_tokens"]) == [["It", "is", "cold"]] * 2


def test_a_folder_of_parquet_files_works_like_a_hub_corpus(tmp_path: Path):
    tagged().to_parquet(tmp_path / "corpus/train.parquet")
    spec = CorpusSpec(hub=str(tmp_path / "corpus"), columns={"tokens": "words", "upos": "tags"})

    assert list(load_corpus(spec, splits=["train"])["train"]["upos"]) == [["NOUN", "VERB"], ["VERB"]]


def test_a_hub_corpus_that_cannot_be_had_says_so_and_what_to_do(monkeypatch: pytest.MonkeyPatch):
    def load_dataset(*_: object, **__: object) -> datasets.Dataset:
        raise ConnectionError("no network\nand more")

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    with pytest.raises(CorpusError, match=r"someone/pairs: .*'validation' .*\(no network\): fetch it"):
        load_corpus(CorpusSpec(hub="someone/pairs"), splits=["dev"])


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    tagged().to_parquet(tmp_path / "a.parquet")
    spec = CorpusSpec(reader="parquet", train=str(tmp_path / "a.parquet"), columns={"tokens": "form"})

    with pytest.raises(CorpusError, match=r"no column 'form'; there are other, tags, words"):
        load_corpus(spec, splits=["train"])


def test_a_pair_whose_class_is_unknown_has_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(datasets, "load_dataset", lambda *_, **__: paired([0, -1]))

    train = load_corpus(CorpusSpec(hub="someone/pairs", columns=PAIR_COLUMNS), family="pairs", splits=["train"])[
        "train"
    ]
    assert (list(train["entailment"]), list(train["line"])) == (["entailment", "-"], [1, 2])


def test_what_is_no_parquet_file_is_refused(tmp_path: Path):
    path = write(tmp_path / "a.parquet", "plain text")

    with pytest.raises(CorpusError, match=r"a\.parquet: this is no parquet file"):
        load_corpus(CorpusSpec(reader="parquet", train=str(path)), splits=["train"])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"tokens": ["a", "b"], "upos": ["X"]}', "1 values of upos for 2 tokens"),
        ('{"tokens": [], "upos": []}', "may not be empty"),
        ('{"text": "a"}', "the column 'tokens' is missing; there are text"),
        ('{"tokens": ["a"], "upos": null}', "the column 'upos' has no value"),
        ("[1]", "array"),
        ('{"tokens": ', "not JSON"),
    ],
)
def test_a_json_line_that_cannot_be_an_example_is_refused_with_its_line(tmp_path: Path, line: str, message: str):
    path = write(tmp_path / "a.jsonl", '{"tokens": ["a"], "upos": ["X"]}\n' + line + "\n")

    with pytest.raises(CorpusError, match=message) as caught:
        load_corpus(CorpusSpec(reader="jsonl", train=str(path)), splits=["train"])
    assert (caught.value.path, caught.value.line) == (str(path), 2)
