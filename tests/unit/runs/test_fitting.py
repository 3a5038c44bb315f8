"""What corpora hold decides which tasks are trained, and for how many epochs."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.errors import ConfigError, CorpusError
from jmt.runs.config import read_config
from jmt.runs.fitting import with_enough_epochs, without_empty_columns
from jmt.runs.splits import load_splits
from tests.assets.tiny_corpus import write_tiny_corpus
from tests.unit.data.corpus_files import WhiteSpace


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return str(write_tiny_corpus(tmp_path))


def splits_of(config: str, *edits: str, tasks: list[str] | None = None):
    found = read_config(config, overrides=edits, tasks=tasks)
    return found, load_splits(found, [], WhiteSpace())


@pytest.mark.parametrize("edits", [(), ("training.steps=1",), ("training.steps=14",)])  # 4 batches and 3 an epoch
def test_epochs_are_never_fewer_than_asked_for(config: str, edits: tuple[str, ...]):
    found, splits = splits_of(config, "training.schedule=sampled", *edits)

    assert with_enough_epochs(found, splits).training.epochs == 2


@pytest.mark.parametrize(("schedule", "apart"), [("sampled", False), ("successive", True)])
def test_a_small_corpus_gets_as_many_epochs_as_make_the_steps(config: str, schedule: str, apart: bool):
    found, splits = splits_of(
        config, f"training.schedule={schedule}", "training.steps=200", "training.epochs=1", tasks=["xpos", "dep"]
    )
    batches = -(-len(splits["xpos"]["train"]) // 5)
    an_epoch = batches * 2 if apart else batches

    fitted = with_enough_epochs(found, splits)

    assert (fitted.training.epochs - 1) * an_epoch < 200 <= fitted.training.epochs * an_epoch
    assert with_enough_epochs(fitted, splits) == fitted


def test_a_task_without_its_column_is_left_out_with_its_reads_and_its_level(config: str):
    edits = ["task.chunk.column=feats", "task.chunk.optional=true"]
    edits.append('training.selection.metrics=["chunk.accuracy", "dep.las"]')
    text = Path(config).read_text("utf-8").replace('scheme = "iobes"\n', "")
    Path(config).write_text(text, encoding="utf-8")
    found, splits = splits_of(config, *edits)

    fitted, reasons = without_empty_columns(found, splits)

    assert reasons == {"chunk": "the column 'feats' of trees has no value in training"}
    assert {name: task.level for name, task in fitted.model.tasks.items()} == {
        "xpos": 1,
        "dep": 2,
        "relatedness": 3,
        "entailment": 4,
    }
    assert all(read.task != "chunk" for task in fitted.model.tasks.values() for read in task.reads)
    assert fitted.training.selection.metrics == ("dep.las",)
    assert fitted.data.keys() == fitted.model.tasks.keys()


def test_an_empty_column_of_a_task_that_is_not_optional_stays_an_error(config: str):
    with pytest.raises(CorpusError, match=r"the column 'feats' of trees \(train\) is empty; columns with values are"):
        splits_of(config, "task.xpos.column=feats")


def test_a_column_that_no_reader_knows_is_a_mistake_even_where_the_task_is_optional(config: str):
    with pytest.raises(ConfigError, match="no column 'feat' to learn from"):
        splits_of(config, "task.xpos.column=feat", "task.xpos.optional=true")


def test_where_every_task_is_optional_and_empty_there_is_nothing_to_learn(config: str):
    found, splits = splits_of(config, "task.xpos.column=feats", "task.xpos.optional=true", tasks=["xpos"])

    with pytest.raises(CorpusError, match="nothing to learn: every task is optional; xpos: the column 'feats'"):
        without_empty_columns(found, splits)


def test_a_segmenter_alone_has_the_epochs_that_it_was_given(tmp_path: Path):
    found = read_config("ud", overrides=[f"corpora.treebank.folder={tmp_path}"], tasks=["segmenter"])

    assert found.training.steps
    assert with_enough_epochs(found, {}) == found
