"""Which grades of a file of one's own are mapped to the range of a task: those that training would have mapped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jmt.cascade.task_config import RegressorConfig
from jmt.data.cards import CorpusSpec
from jmt.evaluation.sources import find_sources, load_examples
from tests.unit.data.corpus_files import WhiteSpace, write

WIDE = CorpusSpec(reader="table", train="a.csv", score_range=(0.0, 10.0))
NARROW = CorpusSpec(reader="table", train="b.csv", score_range=(1.0, 5.0))


@pytest.mark.parametrize(
    ("learned_from", "own", "expected"),
    [
        ("narrow", {"narrow": NARROW}, [1.0, 3.0]),  # learned as they are, though the task has 0 to 10
        ("wide+narrow", {"wide": WIDE, "narrow": NARROW}, [1.0, 3.0]),  # those of the first corpus
        ("narrow+wide", {"wide": WIDE, "narrow": NARROW}, [0.0, 5.0]),  # were mapped, and are
    ],
)
def test_a_file_is_scored_on_the_scale_that_was_learned(
    tmp_path: Path, learned_from: str, own: Mapping[str, CorpusSpec], expected: list[float]
):
    file = write(tmp_path / "mine.csv", "text,score\na b,1\nc d,3\n")
    tasks = {"ease": RegressorConfig(level=1, score_range=(0, 10))}
    sources = find_sources(tasks, {"ease": learned_from}, own, {"ease": [str(file)]}, "dev")

    (examples,) = load_examples(sources, tasks, folders=[], tokenizer=WhiteSpace())
    assert examples.gold == expected
