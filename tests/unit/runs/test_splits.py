"""What a segmenter's treebanks become: united in their order, read once each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jmt.runs import splits
from jmt.runs.config import read_config
from tests.assets.raw_treebank import write_raw_treebank

READ = splits.read_treebank_split


def test_a_treebank_that_is_named_twice_counts_twice_and_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = str(write_raw_treebank(tmp_path))
    (name,) = read_config(path).data["segmenter"].corpora
    once = splits.raw_text_splits(read_config(path), ())["segmenter"]
    read: Counter[str] = Counter()

    def counted(corpus: object, called: str, split: str, folders: object) -> object:
        read[split] += 1
        return READ(corpus, called, split, folders)  # type: ignore[arg-type]

    monkeypatch.setattr(splits, "read_treebank_split", counted)
    edit = f'task.segmenter.corpus=["{name}", "{name}"]'
    twice = splits.raw_text_splits(read_config(path, overrides=[edit]), ())["segmenter"]

    assert twice.keys() == once.keys()
    assert set(read.values()) == {1}
    for split, examples in once.items():
        assert twice[split].inputs == [*examples.inputs, *examples.inputs]
        assert twice[split].gold == [*examples.gold, *examples.gold]
