"""A run's trainer: what it is put together from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.examples import TaskExamples
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import SegmenterConfig
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.runs.building import build_trainer
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.splits import load_splits, with_score_ranges
from jmt.runs.teaching import Teaching
from jmt.segmentation import RuleSegmenter
from jmt.training.distillation import DistillationObjective
from jmt.training.starting.build import build_labels
from tests.assets.tiny_corpus import write_tiny_corpus


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The checkpoints that are loaded, one by one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folders: list[Any] = []
    load = checkpoint.load

    def note(folder: Any, *, device: str | torch.device = "cpu") -> JointModel:
        folders.append(folder)
        return load(folder, device=device)

    monkeypatch.setattr(checkpoint, "load", note)
    return folders


def test_expansions_that_no_checkpoint_may_hold_are_not_learned():
    said = ["T = cut *+1", "S", f"I = all {'a' * 190} x+yz", "I = all a\x01 x+yz", "I = cut *+2", "I", "_"]
    network = SegmenterConfig(minimum=2, name="s")
    config = ModelConfig.model_validate(
        {"language": "xx", "encoder": {"kind": "bilstm"}, "tasks": {}, "segmenter": network}
    )
    gold = [said, said, ["T = cut *+3"]]

    labels = build_labels(config, {"s": TaskExamples("s", "segmenter", [], gold)})
    assert labels == {"s": LabelSet(["", "= cut *+1", "= cut *+2"])}


def test_a_teacher_is_loaded_once_for_its_labels_and_its_lessons(loaded: list[Any], tmp_path: Path):
    overrides = ["training.schedule=sampled"]
    config = with_score_ranges(read_config(str(write_tiny_corpus(tmp_path)), overrides=overrides))
    splits = load_splits(config, [], RuleSegmenter("en"))
    teacher = build_trainer(config, RunOptions(tmp_path / "teacher"), splits)
    checkpoint.save(teacher.model, tmp_path / "teacher", card={})
    assert loaded == []
    student = build_trainer(
        config, RunOptions(tmp_path / "student", teaching=Teaching(str(tmp_path / "teacher"))), splits
    )

    assert loaded == [str(tmp_path / "teacher")]
    objective = student.stepper.objective
    assert isinstance(objective, DistillationObjective)
    assert student.model.labels == objective.teacher.labels
    assert student.tasks.keys() - teacher.tasks.keys() == {"repaired"}


def test_a_student_has_the_labels_of_its_teacher_also_those_that_its_corpora_lack(loaded: list[Any], tmp_path: Path):
    config = with_score_ranges(read_config(str(write_tiny_corpus(tmp_path)), overrides=["training.schedule=sampled"]))
    splits = load_splits(config, [], RuleSegmenter("en"))
    plain = build_trainer(config, RunOptions(tmp_path / "plain"), splits).model
    task = next(name for name, labels in plain.labels.items() if len(labels.labels) > 1)
    labels = {**plain.labels, task: LabelSet([*plain.labels[task].labels, "more"])}
    teacher = JointModel(plain.config, plain.lexicon, labels)
    checkpoint.save(teacher, tmp_path / "teacher")

    teaching = Teaching(str(tmp_path / "teacher"))
    student = build_trainer(config, RunOptions(tmp_path / "student", teaching=teaching), splits)

    assert student.model.labels == teacher.labels
    assert "more" in student.model.labels[task].labels
