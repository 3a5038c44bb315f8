"""What the corpora of tasks become: treebanks read once each, and the labels of a placebo dealt out anew."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jmt.cascade.symbols.examples import TaskExamples
from jmt.runs import raw_text
from jmt.runs.config import read_config
from jmt.runs.splits import load_splits
from tests.assets.raw_treebank import write_raw_treebank
from tests.assets.tiny_corpus import write_tiny_corpus
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


def test_the_labels_of_a_shuffled_task_are_dealt_out_anew_in_training_alone(tmp_path: Path):
    path = str(write_tiny_corpus(tmp_path))

    def loaded(*edits: str) -> dict[str, dict[str, TaskExamples]]:
        return load_splits(read_config(path, overrides=edits), (), WhiteSpace())

    plain, placebo = loaded(), loaded("task.relatedness.shuffled=true")
    for task, splits in placebo.items():
        assert splits["train"].inputs == plain[task]["train"].inputs
        assert splits["dev"].gold == plain[task]["dev"].gold
        assert (list(splits["train"].gold) == list(plain[task]["train"].gold)) == (task != "relatedness")
    assert sorted(placebo["relatedness"]["train"].gold) == sorted(plain["relatedness"]["train"].gold)
