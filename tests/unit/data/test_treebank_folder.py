from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from jmt.data.cards import CorpusSpec
from jmt.data.catalogue import load_corpus
from jmt.data.splits import training_splits
from jmt.data.treebank_folder import find_treebank
from jmt.errors import CorpusError
from tests.unit.data.corpus_files import BIRDS, GO, SNOW, treebank, write


def lay(folder: Path, *names: str) -> Path:
    for name in names:
        write(folder / name, treebank([BIRDS]))
    return folder


def found(folder: Path) -> dict[str, list[str]]:
    files = find_treebank(str(folder), [Path()])
    return {split: [path.name for path in paths] for split, paths in files.items()}


@pytest.mark.parametrize("before", ["fr_some-ud-", "zh_some-part-", ""])
def test_splits_are_known_by_the_names_of_files(tmp_path: Path, before: str):
    names = [f"{before}{split}.conllu" for split in ("test", "dev", "train")]
    lay(tmp_path, *names, "README.conllu.md", f"{before}train.txt", "not-to-train.conllu.bak")

    assert found(tmp_path) == {split: [f"{before}{split}.conllu"] for split in ("train", "dev", "test")}


def test_a_folder_that_is_called_as_a_file_is_none(tmp_path: Path):
    lay(tmp_path, "x-ud-train.conllu")
    (tmp_path / "x-ud-dev.conllu").mkdir()

    assert found(tmp_path) == {"train": ["x-ud-train.conllu"]}


def test_official_names_come_before_others_beside_them(tmp_path: Path):
    lay(tmp_path, "fr_some-ud-train.conllu", "mine-train.conllu", "mine-dev.conllu")

    assert found(tmp_path) == {"train": ["fr_some-ud-train.conllu"]}


def test_the_parts_of_a_large_treebank_are_read_one_after_the_other(tmp_path: Path):
    write(tmp_path / "cs_big-ud-train-b-2.conllu", treebank([GO]))
    write(tmp_path / "cs_big-ud-train-a.conllu", treebank([BIRDS]))
    write(tmp_path / "cs_big-ud-train-b-1.conllu", treebank([SNOW]))

    corpus = CorpusSpec(folder=str(tmp_path))
    train = load_corpus(corpus, splits=["train"])["train"]

    assert list(train["tokens"]) == [["Birds", "sing"], ["Snow", "falls", "."], ["Go", "!"]]
    assert training_splits(corpus, "sentences") == ["train"]


def test_a_fault_in_a_part_is_told_with_that_part_and_line(tmp_path: Path):
    lay(tmp_path, "x-ud-train-a.conllu")
    write(tmp_path / "x-ud-train-b.conllu", treebank([BIRDS]).replace("\t0\troot", "\t7\troot"))

    with pytest.raises(CorpusError) as caught:
        load_corpus(CorpusSpec(folder=str(tmp_path)), splits=["train"])
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "x-ud-train-b.conllu"), 3)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a_x-ud-train.conllu", "a_y-ud-train.conllu"], r"2 treebanks \(a_x-ud-\*, a_y-ud-\*\): give each a folder"),
        (["x-ud-train.conllu", "x-ud-train-a.conllu"], "a whole file beside parts of it"),
        (["words.conllu"], "no treebank here.*it holds words.conllu: rename them, or name the files themselves"),
        ([], "no treebank here.*no .conllu file"),
        (
            ["UD_A/a-ud-train.conllu", "UD_B/b-ud-train.conllu"],
            "it holds folders of treebanks: .*UD_A",
        ),
    ],
)
def test_what_is_no_treebank_is_refused_with_what_is_there(tmp_path: Path, names: list[str], message: str):
    with pytest.raises(CorpusError, match=message):
        found(lay(tmp_path, *names))


def test_a_folder_that_is_missing_or_a_file_is_refused(tmp_path: Path):
    with pytest.raises(CorpusError, match=r"'nowhere': there is no such folder; looked in .*" + str(tmp_path)):
        find_treebank("nowhere", [Path(), tmp_path])
    with pytest.raises(CorpusError, match="this is a file: give the folder that it lies in"):
        found(write(tmp_path / "x-train.conllu", treebank([BIRDS])))


def test_a_split_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    lay(tmp_path, "x-ud-train.conllu")

    with pytest.raises(CorpusError, match=r"no dev split here, named \*-dev.conllu; there are x-ud-train.conllu"):
        load_corpus(CorpusSpec(folder=str(tmp_path)))


def test_a_folder_is_looked_for_where_corpora_lie_and_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lay(tmp_path / "corpora/UD_X", "x-ud-train.conllu")
    spec = CorpusSpec(folder="UD_X")

    assert len(load_corpus(spec, splits=["train"], folders=[tmp_path / "corpora"])["train"]) == 1
    monkeypatch.setenv("JMT_CORPORA", str(tmp_path / "corpora"))
    assert len(load_corpus(spec, splits=["train"])["train"]) == 1
    monkeypatch.delenv("JMT_CORPORA")
    assert len(load_corpus(spec.beside(tmp_path / "corpora"), splits=["train"])["train"]) == 1


def test_a_folder_beside_named_files_is_only_where_they_lie(tmp_path: Path):
    lay(tmp_path, "x-ud-train.conllu", "y-ud-train.conllu")
    spec = CorpusSpec(reader="conllu", folder=str(tmp_path), train="y-ud-train.conllu")

    assert not spec.is_treebank
    assert training_splits(spec, "sentences") == ["train"]
    assert len(load_corpus(spec, splits=["train"])["train"]) == 1


def test_a_corpus_of_which_nothing_is_said_asks_for_a_folder():
    with pytest.raises(ValidationError, match=r"give the `folder` of a treebank \(`--set corpora.NAME.folder=DIR`"):
        CorpusSpec()
