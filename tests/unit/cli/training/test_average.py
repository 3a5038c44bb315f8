"""`jmt average`: runs that begin with the same weights become one model, which evaluates and tells where it is from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.cascade.checkpoint import find_checkpoint, model_hash
from jmt.cli.main import main
from jmt.network import checkpoint
from tests.assets.tiny_corpus import write_tiny_corpus


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs of one network: other batches, the same first weights."""
    folder = tmp_path_factory.mktemp("average")
    config = write_tiny_corpus(folder / "corpus")
    made = []
    for seed in (1, 2):
        made.append(folder / f"run{seed}")
        options = ["--set", f"training.seed={seed}", "--set", "training.epochs=2", "--device", "cpu"]
        assert main(["train", str(config), "--output", str(made[-1]), *options]) == 0
    return made[0], made[1]


def test_two_runs_become_one_model_that_says_what_it_is_made_of(
    runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    output = tmp_path / "mean"
    assert main(["average", *map(str, runs), "--output", str(output), "--shares", "3,1"]) == 0
    parts, mean = [checkpoint.load(run).state_dict() for run in runs], checkpoint.load(output).state_dict()
    moved = [name for name in mean if not (parts[0][name] == parts[1][name]).all()]
    assert moved
    for name in moved:
        assert (mean[name] - (0.75 * parts[0][name] + 0.25 * parts[1][name])).abs().max() < 1e-6
    card = json.loads((output / "card.json").read_text())
    assert [part["name"] for part in card["averaged"]] == ["run1", "run2"]
    assert [part["share"] for part in card["averaged"]] == [0.75, 0.25]
    assert "dev" not in card  # the scores of one part
    assert card["averaged"][0]["sha256"] == model_hash(find_checkpoint(runs[0]))
    packaging = ["package", str(output), "mean", "--output", str(tmp_path / "packaged"), "--licence", "CC0-1.0"]
    assert main(packaging) == 0
    assert (
        "mean of those of several runs: run1 (0.75), run2 (0.25)"
        in (tmp_path / "packaged" / "mean" / "README.md").read_text()
    )
    capsys.readouterr()
    assert main(["info", str(output)]) == 0
    assert "run1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{0}", "--output", "{out}"], "give two models or more, each once"),
        (["{0}", "{0}", "--output", "{out}"], "give two models or more, each once"),
        (["{0}", "{1}", "--output", "{out}", "--shares", "1"], "2 numbers above 0 are needed, one for each model"),
        (["{0}", "{1}", "--output", "{out}", "--shares", "1,-1"], "2 numbers above 0 are needed"),
        (["{0}", "{1}", "--output", "{out}", "--shares", "1,x"], "2 numbers above 0 are needed"),
        (["{0}", "{1}", "--output", "{0}"], "exists already; choose another --output"),
    ],
)
def test_a_mistake_is_refused_and_nothing_is_written(
    words: list[str], message: str, runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "mean"
    assert main(["average", *(word.format(*runs, out=out) for word in words)]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()
