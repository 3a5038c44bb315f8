"""The one loader of a task's splits: what is shared is read once, and told apart by what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.data import splits
from jmt.data.cards import CorpusSpec
from jmt.data.splits import SplitLoader, TaskPlan, training_splits
from jmt.errors import CorpusError
from tests.unit.data.corpus_files import BIRDS, GO, SNOW, treebank, write

TAGS, TREES = TaskPlan("tags", "tagger", "mine", "upos"), TaskPlan("dep", "parser", "mine")


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CorpusSpec:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    train, dev = write(tmp_path / "a.conllu", treebank([BIRDS, SNOW])), write(tmp_path / "b.conllu", treebank([GO]))
    return CorpusSpec(reader="conllu", train=str(train), dev=str(dev))


def test_tasks_on_one_corpus_share_their_inputs_and_the_corpus_is_read_once(
    corpus: CorpusSpec, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []
    load = splits.load_corpus
    monkeypatch.setattr(
        splits, "load_corpus", lambda *given, **keys: read.extend(keys["splits"]) or load(*given, **keys)
    )
    loader = SplitLoader()
    hint = TaskPlan("shapes", "tagger", "mine", "shape", is_hint=True)
    found = [loader.load(plan, corpus, ["train", "dev"]) for plan in (TAGS, TREES, hint)]

    assert read == ["train", "dev"]
    assert len({id(each["train"].inputs) for each in found}) == len({id(each["dev"].inputs) for each in found}) == 1
    assert found[2]["train"].gold[0] == ["Xx", "x"]


def test_equal_corpora_of_two_names_are_not_taken_for_one(corpus: CorpusSpec):
    loader = SplitLoader()
    first = loader.load(TAGS, corpus, ["train"])["train"]
    other = loader.load(TaskPlan("dep", "parser", "yours"), corpus, ["train"])["train"]

    assert first.inputs == other.inputs
    assert first.inputs is not other.inputs


def test_two_corpora_of_one_name_are_not_taken_for_one(corpus: CorpusSpec):
    loader, other = SplitLoader(), CorpusSpec(reader="conllu", train=str(corpus.dev))

    first, second = (loader.load(TAGS, each, ["train"])["train"].inputs for each in (corpus, other))

    assert (len(first), len(second)) == (2, 1)


def test_only_training_data_is_thinned(corpus: CorpusSpec):
    found = SplitLoader(share=0.5).load(TAGS, corpus, ["train", "dev"])

    assert {split: len(examples) for split, examples in found.items()} == {"train": 1, "dev": 1}


def test_what_cannot_be_read_is_told_whenever_asked_for_and_before_a_missing_column(corpus: CorpusSpec, tmp_path: Path):
    broken = corpus.model_copy(update={"dev": str(tmp_path / "nowhere.conllu")})
    loader = SplitLoader()
    for _ in range(2):
        with pytest.raises(CorpusError, match="was not found"):
            loader.load(TaskPlan("tags", "tagger", "mine", "no such column"), broken, ["train", "dev"])


def test_a_training_reads_dev_where_the_corpus_has_it(corpus: CorpusSpec):
    assert training_splits(corpus, "sentences") == ["train", "dev"]
    assert training_splits(CorpusSpec(reader="conllu", train="a.conllu"), "sentences") == ["train"]
    assert training_splits(CorpusSpec(hub="owner/name"), "sentences") == ["train", "dev"]
