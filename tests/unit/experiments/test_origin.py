"""What a run was made with: recorded before its first step, kept, and held against the files that are there now."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from jmt.errors import ConfigError, CorpusError
from jmt.experiments.ablation import Cell, plan_ablation
from jmt.experiments.origin import check_same_files, loaded_with_origin
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_corpus import write_tiny_corpus


@pytest.fixture
def cell(tmp_path: Path) -> Cell:
    edits = ["training.epochs=1", "training.share=0.1"]
    (made,) = plan_ablation(str(write_tiny_corpus(tmp_path)), ["cascade"], [1], tmp_path / "out", overrides=edits)
    return made


def loaded(cell: Cell, *, resuming: bool = False) -> Run:
    options = RunOptions(cell.folder, resuming=resuming)
    return loaded_with_origin(cell, [], lambda: Run(cell.config, options, RuleSegmenter("en")))


def dev_of(cell: Cell, folder: Path) -> Path:
    """A file that the run is scored on."""
    corpora = json.loads((cell.folder / "origin.json").read_text(encoding="utf-8"))["corpora"]
    return next(folder.glob(next(iter(corpora.values()))["dev"]["file"]))


def test_files_are_recorded_before_the_first_step_and_those_of_a_changed_corpus_are_refused(cell: Cell, tmp_path: Path):
    work = loaded(cell)
    kept = (cell.folder / "origin.json").read_bytes()
    assert json.loads(kept)["recorded_at_step"] == 0
    assert not (cell.folder / "log.jsonl").exists()
    path = dev_of(cell, tmp_path)
    before = path.read_text(encoding="utf-8")
    assert hashlib.sha256(before.encode()).hexdigest() in kept.decode()

    path.write_text(before + "\n", encoding="utf-8")
    check_same_files([cell], [], tell=print)  # nothing was trained yet
    for _ in work.events():  # exchanged while it trains
        pass
    assert (cell.folder / "origin.json").read_bytes() == kept
    with pytest.raises(ConfigError, match=r"this run was made with other files of .* than are here now"):
        check_same_files([cell], [], tell=print)
    with pytest.raises(ConfigError, match=r"this run was made with other files of .* than are here now"):
        loaded(cell, resuming=True)
    path.write_text(before, encoding="utf-8")
    loaded(cell, resuming=True)
    assert (cell.folder / "origin.json").read_bytes() == kept


def test_a_file_that_is_changed_while_it_is_read_is_refused(cell: Cell, tmp_path: Path):
    def load() -> Run:
        work = Run(cell.config, RunOptions(cell.folder), RuleSegmenter("en"))
        for path in tmp_path.glob("*.conllu"):
            path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return work

    with pytest.raises(CorpusError, match="its files were changed while they were read"):
        loaded_with_origin(cell, [], load)
    assert not (cell.folder / "origin.json").exists()


@pytest.mark.parametrize("content", [None, "{}", '{"corpora": {}}'])
def test_a_run_without_a_record_of_its_files_is_told_of_and_stays_so(content: str | None, cell: Cell):
    list(loaded(cell).events())
    (cell.folder / "origin.json").unlink()
    if content is not None:
        (cell.folder / "origin.json").write_text(content, encoding="utf-8")
    said: list[str] = []
    check_same_files([cell], [], tell=said.append)
    loaded(cell, resuming=True)
    check_same_files([cell], [], tell=said.append)
    assert len(said) == 2
    assert all(f"{cell.folder}: origin.json does not name the files of all corpora" in line for line in said)
