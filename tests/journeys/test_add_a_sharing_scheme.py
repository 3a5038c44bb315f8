"""CONTRIBUTING's recipe for a new sharing scheme, followed to the letter: file and line are the printed ones."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
import torch

from jmt.cli.main import main
from jmt.errors import ConfigError
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import StepDone
from jmt.training.sharing import schemes
from tests.assets.tiny_corpus import write_tiny_corpus

RECIPES = Path(__file__).parents[2] / "CONTRIBUTING.md"
NAME = "bilstm.forwards.weight_hh_l0"


def printed_in_the_recipe() -> tuple[str, str]:
    """The code of the file, and the line of the table."""
    recipe = RECIPES.read_text(encoding="utf-8").partition("### Add a sharing scheme")[2].partition("\n### ")[0]
    file, line = re.findall(r"```python\n(.*?)```", recipe, re.S)
    return file, line


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table with the recipe's line in it."""
    file, line = printed_in_the_recipe()
    (tmp_path / "median.py").write_text(file, encoding="utf-8")
    (tmp_path / "median_table.py").write_text(
        f"from jmt.training.sharing.schemes import Scheme\nfrom median import MedianTie\n\nSCHEMES = {{\n{line}}}\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    table = importlib.import_module("median_table").SCHEMES
    assert list(table) == ["median"]
    monkeypatch.setitem(schemes.SCHEMES, "median", table["median"])


def spreads(folder: Path, strength: float) -> tuple[float, float]:
    """How far apart the copies of level 2 are before and after training."""
    edits = [f"sharing.level2={{reg='median', strength={strength}}}", "training.epochs=1"]
    config = read_config(str(write_tiny_corpus(folder)), overrides=edits)
    run = Run(config, RunOptions(folder / "run"), RuleSegmenter("en"))
    before = spread(run)
    assert [event for event in run.trainer.events() if isinstance(event, StepDone)]
    return before, spread(run)


def spread(run: Run) -> float:
    level = run.trainer.model.encoder.levels[1]
    stack = torch.stack([level[task].get_parameter(NAME).detach() for task in level])
    return float((stack - stack.median(dim=0).values).norm())


def test_a_sharing_scheme_is_one_file_and_one_line(followed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before, drawn = spreads(tmp_path / "drawn", 0.1)
    assert 0.01 * before < drawn < 0.5 * before
    assert spreads(tmp_path / "endless", 1e9)[1] < 1e-5 * before


def test_without_the_line_there_is_no_such_scheme_and_with_it_other_keys_are_refused(
    tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
):
    tie = ["sharing.level2={reg='median', strength=1}"]
    with pytest.raises(ConfigError, match=r"sharing.level2.reg = 'median': .*known are none, l2, "):
        read_config("demo", overrides=tie)
    assert main(["check", "demo", "--set", tie[0]]) == 2
    assert "known are none, l2, trace_norm" in capsys.readouterr().err
    request.getfixturevalue("followed")
    assert read_config("demo", overrides=tie).sharing["level2"].reg == "median"
    with pytest.raises(ConfigError, match=r"sharing\.level2\.q says nothing to reg `median`; it is for block_sparse"):
        read_config("demo", overrides=["sharing.level2={reg='median', strength=1, q=1}"])
