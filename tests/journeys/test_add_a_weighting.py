"""CONTRIBUTING's recipe for a new weighting, followed to the letter: the file and the line are those printed there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import StepDone
from jmt.training.weighting import methods

RECIPES = Path(__file__).parents[2] / "CONTRIBUTING.md"


def printed_in_the_recipe() -> tuple[str, str]:
    """The code of the file, and the line of the table."""
    recipe = RECIPES.read_text(encoding="utf-8").partition("### Add a weighting")[2].partition("\n### ")[0]
    file, line = re.findall(r"```python\n(.*?)```", recipe, re.S)
    return file, line


def test_a_weighting_is_one_file_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file, line = printed_in_the_recipe()
    (tmp_path / "worst_task.py").write_text(file, encoding="utf-8")
    (tmp_path / "worst_table.py").write_text(
        "from jmt.training.weighting.methods import JOINT, Method\n"
        f"from worst_task import WorstTaskWeighting\n\nMETHODS = {{\n{line}}}\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    table = importlib.import_module("worst_table").METHODS
    assert list(table) == ["worst"]
    monkeypatch.setitem(methods.METHODS, "worst", table["worst"])

    overrides = [
        "training.weighting.method=worst",
        "training.schedule=joint",
        "training.epochs=1",
        "training.share=0.02",
    ]
    config = read_config("demo", overrides=overrides, tasks=["xpos", "chunk", "dep", "relatedness", "entailment"])
    run = Run(config, RunOptions(tmp_path / "run"), RuleSegmenter("en"))
    steps = [event for event in run.trainer.events() if isinstance(event, StepDone)]
    assert steps
    for step in steps:
        assert not step.skipped
        assert sorted(step.diagnosis.task_weights.values()) == [0, 0, 0, 0, 1]
