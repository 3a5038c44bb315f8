"""What a segmenter's treebanks become: united in their order, read once each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jmt.runs import raw_text
from jmt.runs.config import read_config
from tests.assets.raw_treebank import write_raw_treebank
from tests.unit.data.corpus_files import WhiteSpace

READ = raw_text.read_treebank_split


def test_a_treebank_named_twice_is_read_once_and_counts_twice_in_training_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = str(write_raw_treebank(tmp_path))
    (name,) = read_config(path).data["segmenter"].corpora
    once = raw_text.raw_text_splits(read_config(path), (), WhiteSpace())["segmenter"]
    read: Counter[str] = Counter()

    def counted(corpus: object, called: str, split: str, folders: object) -> object:
        read[split] += 1
        return READ(corpus, called, split, folders)  # type: ignore[arg-type]

    monkeypatch.setattr(raw_text, "read_treebank_split", counted)
    edit = f'task.segmenter.corpus=["{name}", "{name}"]'
    twice = raw_text.raw_text_splits(read_config(path, overrides=[edit]), (), WhiteSpace())["segmenter"]

    assert twice.keys() == once.keys()
    assert set(read.values()) == {1}
    assert twice["train"].inputs == [*once["train"].inputs, *once["train"].inputs]
    assert twice["train"].gold == [*once["train"].gold, *once["train"].gold]
    assert (twice["dev"].inputs, twice["dev"].gold) == (once["dev"].inputs, once["dev"].gold)
